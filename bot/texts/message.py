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
class ShownFile:
    """A file the citizen may have; `ref` says which, and it is made when it is sent or fetched."""

    ref: str  # slip/ND261122-4F7KQ2
    label: str


@dataclass(frozen=True)
class Message:
    """What a channel shows: words, buttons and files, with nothing left to look up."""

    lines: tuple[ShownLine, ...]
    buttons: tuple[ShownButton, ...] = ()
    files: tuple[ShownFile, ...] = ()


MESSAGES: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])
