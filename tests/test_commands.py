"""The command line as people and scripts use it: real processes, in a folder of their own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import structlog
import typer

from bot.commands import main
from bot.commands.operating import log_to_stderr
from bot.commands.searching import queries
from procedures_catalog.importers import national_jsonl

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "tests" / "data" / "import" / "rows.jsonl"
LOST_BOOK = "Cấp lại sổ đỏ bị mất"
PATIENCE = 60

Done = subprocess.CompletedProcess[str]


class Bot:
    """`python -m bot` in an empty folder, with nothing in its environment but what a test sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
        self.environment = {**inherited, "PYTHONPATH": str(ROOT), "COLUMNS": "300", "PYTHONIOENCODING": "utf-8"}

    def __call__(self, *arguments: str | Path, given: bytes = b"", **settings: str) -> Done:
        done = subprocess.run(
            self.command(*arguments),
            input=given,
            capture_output=True,
            cwd=self.folder,
            env=self.environment | settings,
            timeout=PATIENCE,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=self.folder,
            env=self.environment | settings,
        )

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "bot", *map(str, arguments)]


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    return Bot(tmp_path)


Inside = Callable[..., Done]


@pytest.fixture
def inside(bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    """The same in this process: much faster, for what hangs on no process."""
    monkeypatch.chdir(bot.folder)

    def run(*arguments: str, **settings: str) -> Done:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["bot", *arguments])
            for name, value in settings.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as stopped:
                main()
        told = capsys.readouterr()
        return Done(arguments, int(stopped.value.code or 0), told.out, told.err)

    return run


Refused = Callable[..., str]


@pytest.fixture
def refused(inside: Inside) -> Refused:
    """The one message with which something is refused."""

    def run(*arguments: str, **settings: str) -> str:
        done = inside(*arguments, **settings)
        assert done.returncode == 2
        return done.stderr.strip()

    return run


def test_a_line_in_is_answered_in_plain_text(bot: Bot) -> None:
    done = bot("chat", given=b"toi muon lam lai so do bi mat\n")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == LOST_BOOK
    assert {"[Phí, lệ phí]", "[Gửi qua bưu điện?]"} <= set(lines)
    assert not re.search(r"[\x00-\x08\x1b]", done.stdout)  # no colours for a script


def test_a_label_alone_on_a_line_taps_the_button(bot: Bot) -> None:
    """Cancelled in between: as mere words it would mean nothing."""
    given = "toi muon lam lai so do bi mat\nhủy\n [Phí, lệ phí] \n[Không có nút này]\n"
    answers = [answer for answer in bot("chat", given=given.encode()).stdout.split("\n\n") if answer.strip()]
    assert len(answers) == 4
    assert answers[2].startswith(f"Phí, lệ phí: {LOST_BOOK}")


BAD_LINES = {
    "nothing": b"",
    "not UTF-8": b"\xff\xfe\x80 khai sinh",
    "a NUL": b"khai\x00sinh",
    "10,000 characters": b"khai sinh " * 1000,
    "one word of 10,000 characters": b"x" * 10_000,
    "control characters": b"\x1b[31m\x07\x08",
    "emoji": "😀👨‍👩‍👧".encode(),
    "brackets": b"[]",
    "UTF-16": "khai sinh".encode("utf-16"),
    "half a letter": "khai sinh đ".encode()[:-1],
}


def test_whatever_bytes_come_each_line_is_answered(bot: Bot) -> None:
    done = bot("chat", given=b"\r\n".join(BAD_LINES.values()) + b"\ncam on")
    answers = [answer for answer in done.stdout.split("\n\n") if answer.strip()]
    assert (done.returncode, done.stderr) == (0, "")
    assert len(answers) == len(BAD_LINES) + 1


def test_no_input_is_no_conversation(bot: Bot) -> None:
    done = bot("chat")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_terminal_that_cannot_write_vietnamese_is_answered_all_the_same(bot: Bot) -> None:
    done = bot("search", "giay khai sinh", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1.001193" in done.stdout


def test_search_gives_json(inside: Inside) -> None:
    done = inside("search", "--json", "--limit", "2", "làm", "giấy", "khai", "sinh")
    found = json.loads(done.stdout)
    assert (found["query"], found["confident"]) == ("làm giấy khai sinh", True)
    assert found["hits"][0]["code"] == "1.001193"
    assert set(found["hits"][0]) == {"code", "name", "score", "matched"}
    assert len(found["hits"]) <= 2


def test_search_answers_a_batch_line_by_line(bot: Bot, inside: Inside) -> None:
    asked = ["giay khai sinh", "", "xyzzy \u2028 🎉", "cấp lại sổ đỏ"]
    lines = [json.dumps({"query": query, "id": 1}, ensure_ascii=False) for query in asked]
    (bot.folder / "batch.jsonl").write_text("\n".join([*lines[:2], "", *lines[2:]]) + "\n")
    done = inside("search", "--batch", "batch.jsonl")
    found = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert [answer["query"] for answer in found] == asked
    assert {tuple(answer) for answer in found} == {("query", "hits", "confident", "took_us")}
    assert [bool(answer["hits"]) for answer in found] == [True, False, False, True]


def test_a_bad_line_of_a_batch_is_named(bot: Bot, inside: Inside) -> None:
    (bot.folder / "batch.jsonl").write_text('{"query": "x"}\n\n{"text": "x"}\n')
    done = inside("search", "--batch", "batch.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'batch.jsonl:3: not {"query": …}' in done.stderr


@pytest.mark.parametrize("line", [b"{", b'["query"]', b'{"query": null}', b"\xff", b"1", b'{"query": "\\ud800"}'])
def test_a_line_that_is_no_query_is_refused(tmp_path: Path, line: bytes) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_bytes(line)
    with pytest.raises(typer.BadParameter, match=r"batch\.jsonl:1: "):
        queries(batch)


MISSING = [("search",), ("search", "--batch", "nowhere"), ("catalogue", "import", "nowhere")]


@pytest.mark.parametrize("arguments", MISSING)
def test_what_is_missing_is_told(refused: Refused, arguments: tuple[str, ...]) -> None:
    assert "Usage" in refused(*arguments)


def test_an_imported_layer_is_checked_searched_and_shown(bot: Bot, inside: Inside) -> None:
    done = bot("catalogue", "import", ROWS, "--to", "national.jsonl")
    assert done.returncode == 0
    assert done.stdout.startswith("rows read: ")
    assert {path.name for path in bot.folder.iterdir()} == {"national.jsonl", "national.report.jsonl"}
    layer = {"NOIDAI_CATALOGUE": "national.jsonl"}
    assert first_number(inside("catalogue", "check", **layer)) > first_number(inside("catalogue", "check"))
    shown = inside("catalogue", "show", "9.000003", **layer)
    assert (json.loads(shown.stdout)["code"], shown.stderr.strip()) == ("9.000003", "# layer: national")
    found = inside("search", "--json", "--catalogue", "national.jsonl", "Xin giấy thử")
    assert json.loads(found.stdout)["hits"][0]["code"] == "9.000003"


def first_number(done: Done) -> int:
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout.split()[0])


def test_a_code_nobody_knows_is_told(inside: Inside) -> None:
    done = inside("catalogue", "show", "9.999999")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "9.999999: not in the catalogue\n")


FAULTS = {
    "a misspelt key": (lambda text: text.replace("\nname:", "\nnmae:", 1), "nmae"),
    "a fact that is none": (lambda text: re.sub(r"\nlevels?:.*", r"\nlevel: [đâu đó]", text, count=1), "level"),
    "no YAML": (lambda text: text.replace("\nname:", "\nname: [", 1), "file"),
    "a key twice": (lambda text: text + "\nname: Lần nữa\n", "name"),
}


@pytest.mark.parametrize(("spoil", "key"), FAULTS.values(), ids=FAULTS)
def test_a_broken_catalogue_file_stops_the_start_and_is_named(
    tmp_path: Path, refused: Refused, spoil: Callable[[str], str], key: str
) -> None:
    good = next((ROOT / "procedures_catalog" / "data" / "procedures").glob("1.001193*.yaml"))
    bad = tmp_path / "province" / good.name
    bad.parent.mkdir()
    bad.write_text(spoil(good.read_text("utf-8")), "utf-8")
    told = refused("run", NOIDAI_PROVINCE_LAYER="province")
    assert all(re.match(rf"province/{good.name}:\d+: ", line) for line in told.splitlines())
    assert re.search(rf":\d+: {key}", told)


def test_a_damaged_import_stops_the_start_and_is_named(tmp_path: Path, refused: Refused) -> None:
    file = tmp_path / "national.jsonl"
    national_jsonl.run(ROWS, file, tmp_path / "report.jsonl", lambda done, total: None)
    file.write_bytes(file.read_bytes().replace("thử".encode(), "thừ".encode(), 1))
    told = refused("chat", NOIDAI_CATALOGUE="national.jsonl")
    assert told.startswith("national.jsonl:1: sha256: ")
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOIDAI_PORT", "abc"),
        ("NOIDAI_PROT", "1"),
        ("NOIDAI_DATA_KEY", "geheim"),
        ("NOIDAI_DATA_KEY_FILE", "."),
        ("NOIDAI_CATALOGUE", "nowhere.jsonl"),
        ("NOIDAI_PROVINCE_LAYER", "nowhere"),
        ("NOIDAI_DATABASE_URL", "geheim"),
        ("NOIDAI_DATABASE_URL", "postgresql://bot:geheim@127.0.0.1:1/none"),
        ("NOIDAI_DATABASE_URL", f"sqlite:///{__file__}"),
        ("NOIDAI_DATABASE_URL", f"sqlite:///{__file__}/noidai.db"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_message(refused: Refused, name: str, value: str) -> None:
    told = refused("chat", **{name: value})
    assert len(told.splitlines()) == 1
    assert "geheim" not in told
    assert name in told or value.removeprefix("sqlite:///").split("/")[0] in told


def test_a_misspelt_setting_stops_the_process(bot: Bot) -> None:
    done = bot("run", NOIDAI_PROT="1")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "NOIDAI_PROT: no such setting\n")


def test_migrate_makes_the_database_and_a_key_and_may_run_again(bot: Bot, inside: Inside) -> None:
    for run in (bot, inside):
        done = run("migrate")
        assert (done.returncode, done.stdout, done.stderr) == (0, "the database is up to date\n", "")
    assert {path.name for path in (bot.folder / "var").iterdir()} == {"noidai.db", "data.key"}


def test_doctor_says_how_things_are(inside: Inside) -> None:
    done = inside("doctor", NOIDAI_DATA_KEY="ab" * 32)
    assert (done.returncode, done.stderr) == (0, "")
    subjects = [line.partition(":")[0] for line in done.stdout.splitlines()]
    stored = ["database", "updates waiting", "answers waiting"]
    channels = ["telegram", "zalo", "zalobot"]
    assert subjects == ["settings", "catalogue", *stored, "embedding", "post", "dossiers", *channels]
    assert "abab" not in done.stdout


@pytest.mark.parametrize(
    ("address", "well"), [("", False), ("http://bot.example", False), ("https://bot.example", True)]
)
def test_doctor_knows_that_a_framed_page_needs_https(inside: Inside, address: str, well: bool) -> None:
    done = inside("doctor", NOIDAI_EMBED_ON="https://xa.example", NOIDAI_PUBLIC_URL=address)
    assert (done.returncode == 0) is well
    assert ("!! embedding: needs NOIDAI_PUBLIC_URL with https" in done.stdout) is not well


def test_doctor_tells_of_channels_it_cannot_reach_and_shows_no_secret(inside: Inside, unused_tcp_port: int) -> None:
    nobody = f"http://127.0.0.1:{unused_tcp_port}"
    telegram = {"NOIDAI_TELEGRAM_TOKEN": "7:geheim", "NOIDAI_TELEGRAM_API": nobody}
    zalo = {"NOIDAI_ZALO_APP_ID": "12", "NOIDAI_ZALO_APP_SECRET": "geheim", "NOIDAI_ZALO_REFRESH_TOKEN": "geheim"}
    there = {"NOIDAI_ZALO_API": nobody, "NOIDAI_ZALO_OAUTH": nobody}
    bot = {"NOIDAI_ZALOBOT_TOKEN": "7:geheim", "NOIDAI_ZALOBOT_API": nobody}
    done = inside("doctor", **telegram, **zalo, **there, **bot)
    assert done.returncode == 1
    ill = [line for line in done.stdout.splitlines() if line.startswith("!! ")]
    assert {line.split()[1].rstrip(":") for line in ill} == {"telegram", "zalo", "zalobot"}
    assert "geheim" not in done.stdout + done.stderr


def test_doctor_notices_another_key(bot: Bot, refused: Refused) -> None:
    bot("chat", given=b"xin chao\n", NOIDAI_DATA_KEY="ab" * 32)
    told = refused("doctor", NOIDAI_DATA_KEY="cd" * 32)
    assert "another key" in told
    assert "cdcd" not in told


def test_doctor_says_what_to_look_at(inside: Inside) -> None:
    done = inside("doctor", NOIDAI_DATABASE_URL="postgresql://bot:geheim@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "look at NOIDAI_DATABASE_URL" in done.stdout
    assert "geheim" not in done.stdout + done.stderr


@pytest.fixture
def running(bot: Bot) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service and its address."""
    with bot.start("run", NOIDAI_PORT="0") as process:
        assert process.stdout
        yield process, process.stdout.readline().split()[2]
        process.kill()


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_the_service_answers_and_stops_when_told(
    running: tuple[subprocess.Popen[str], str], signal_: signal.Signals
) -> None:
    process, address = running
    with urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:
        assert (answer.status, answer.read()) == (200, b"ok")
    process.send_signal(signal_)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in told


def test_a_port_that_is_taken_is_told(running: tuple[Any, str], refused: Refused) -> None:
    port = running[1].rpartition(":")[2]
    assert "address already in use" in refused("run", NOIDAI_PORT=port)


def test_a_trace_in_the_log_does_not_hold_what_was_written(capfd: pytest.CaptureFixture[str]) -> None:
    def broken(said: str) -> None:
        raise RuntimeError(f"a fault of {len(said)} letters")

    log_to_stderr("INFO")
    try:
        broken("con em tên Bưởi")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    finally:
        structlog.reset_defaults()
    told = capfd.readouterr().err
    assert "a fault of 15 letters" in told
    assert "said" not in told.replace("len(said)", "")
    assert told.count("Bưởi") == 1  # the line of this file
