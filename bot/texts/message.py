"""A message in words: what every channel gets to show."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.dialogue.step import Kind


@dataclass(frozen=True)
class ShownLine:
    words: str
    kind: Kind = "text"
    link: str | None = None


@dataclass(frozen=True)
class ShownButton:
    option: str
    label: str


@dataclass(frozen=True)
class Message:
    """What a channel shows: words and buttons, with nothing left to look up."""

    lines: tuple[ShownLine, ...]
    buttons: tuple[ShownButton, ...] = ()


MESSAGES: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])
