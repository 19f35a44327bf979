"""A conversation in the terminal: one line a message in, plain text out.

A button is shown as `[label]`; `[label]` alone on a line taps it.
"""

from collections.abc import Callable, Iterable
from itertools import count

from bot.dialogue.events import Chose, Content, Heard, Started, Wrote
from bot.texts.message import Message, ShownLine
from bot.turn import Turns

CHANNEL = "terminal"

MARKS = {"item": "• ", "warning": "! "}


class Terminal:
    """Prints messages, and remembers the buttons on screen."""

    def __init__(self, show: Callable[[str], None] = print) -> None:
        self._show = show
        self._options: dict[str, str] = {}

    async def send(self, chat: str, messages: tuple[Message, ...]) -> None:
        for message in messages:
            self._options |= {button.label: button.option for button in message.buttons}
            for text in plain(message):
                self._show(text)
        self._show("")

    def read(self, line: str) -> Content:
        label = line.strip()[1:-1] if line.strip().startswith("[") and line.strip().endswith("]") else None
        return Chose(self._options[label], label) if label in self._options else Wrote(line)


def plain(message: Message) -> Iterable[str]:
    yield from (as_text(line) for line in message.lines)
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
