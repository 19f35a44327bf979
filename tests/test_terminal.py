"""What the terminal shows of messages, and where it puts their files."""

from pathlib import Path

from bot.handlers.files import FileBody
from bot.handlers.terminal import Keeping, Terminal
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine

SLIP = ShownFile("slip/ND1", "Phiếu gửi hồ sơ")
MESSAGE = Message((ShownLine("Đã đặt lịch"),), (ShownButton("home", "Về đầu"),), (SLIP,))


class Drawer:
    def __init__(self, name: str | None) -> None:
        self.name = name

    async def read(self, ref: str, chat: str) -> FileBody | None:
        assert (ref, chat) == (SLIP.ref, "terminal:1")
        return FileBody(self.name, "application/pdf", b"%PDF") if self.name else None


async def shown(keeping: Keeping | None) -> list[str]:
    lines: list[str] = []
    await Terminal(lines.append, keeping).send("1", (MESSAGE,))
    return lines


def files_in(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


async def test_a_file_is_only_named_where_nobody_sits() -> None:
    assert await shown(None) == ["Đã đặt lịch", "(tệp) Phiếu gửi hồ sơ", "[Về đầu]", ""]


async def test_a_file_is_written_and_its_place_told(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "files"
    lines = await shown(Keeping(Drawer("phieu-ND1.pdf"), folder))
    assert lines[1] == f"(tệp) Phiếu gửi hồ sơ: {folder / 'phieu-ND1.pdf'}"
    assert (folder / "phieu-ND1.pdf").read_bytes() == b"%PDF"
    assert [path.stat().st_mode & 0o077 for path in (folder, folder / "phieu-ND1.pdf")] == [0, 0]


async def test_a_file_never_leaves_its_folder(tmp_path: Path) -> None:
    await shown(Keeping(Drawer("../../evil.pdf"), tmp_path / "a" / "b"))
    assert files_in(tmp_path) == ["a/b/evil.pdf"]


async def test_a_file_that_is_no_more_is_only_named(tmp_path: Path) -> None:
    assert (await shown(Keeping(Drawer(None), tmp_path)))[1] == "(tệp) Phiếu gửi hồ sơ"
    assert files_in(tmp_path) == []
