"""A conversation in the terminal: one line a message in, plain text out.

A button is shown as `[label]`; `[label]` alone on a line taps it. A file is shown as `(tệp) label`, and where it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import MappingProxyType

from bot.dialogue.events import Chose, Content, Heard, Started, Wrote
from bot.handlers.files import FileBody, Files
from bot.texts.message import Message, ShownFile, ShownLine
from bot.turn import Turns

CHANNEL = "terminal"

MARKS = {"item": "• ", "warning": "! "}


@dataclass(frozen=True)
class Keeping:
    """Where files of messages are written, for whoever sits at the terminal."""

    files: Files
    folder: Path

    async def keep(self, file: ShownFile, chat: str) -> Path | None:
        made = await self.files.read(file.ref, f"{CHANNEL}:{chat}")
        return self._written(made) if made else None

    def _written(self, file: FileBody) -> Path:
        """For our own eyes only: names and addresses stand in it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / Path(file.name).name
        path.touch(mode=0o600)
        path.write_bytes(file.body)
        return path


class Terminal:
    """Prints messages, and remembers the buttons on screen. Without `keeping`, files are only named."""

    def __init__(self, show: Callable[[str], None] = print, keeping: Keeping | None = None) -> None:
        self._show = show
        self._keeping = keeping
        self._options: dict[str, str] = {}

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        for message in messages:
            self._options |= {button.label: button.option for button in message.buttons}
            paths = {file: await self._keeping.keep(file, chat) for file in message.files} if self._keeping else {}
            for text in plain(message, paths):
                self._show(text)
        self._show("")

    def read(self, line: str) -> Content:
        label = line.strip()[1:-1] if line.strip().startswith("[") and line.strip().endswith("]") else None
        return Chose(self._options[label], label) if label in self._options else Wrote(line)


def plain(message: Message, paths: Mapping[ShownFile, Path | None] = MappingProxyType({})) -> Iterable[str]:
    """`paths`: where its files were written."""
    yield from (as_text(line) for line in message.lines)
    for file in message.files:
        path = paths.get(file)
        yield f"(tệp) {file.label}: {path}" if path else f"(tệp) {file.label}"
    yield from (f"[{button.label}]" for button in message.buttons)


def as_text(line: ShownLine) -> str:
    return MARKS.get(line.kind, "") + line.words


async def converse(turns: Turns, terminal: Terminal, lines: Iterable[str], chat: str, *, greet: bool) -> None:
    """Until the lines end. Each run is a chat of its own, so that update ids never meet those of another."""
    numbers = count(1)
    if greet:
        await turns.take(Heard(CHANNEL, chat, str(next(numbers)), Started()))
    for line in lines:
        await turns.take(Heard(CHANNEL, chat, str(next(numbers)), terminal.read(line.rstrip("\n"))))
