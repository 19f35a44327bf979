"""A message in words: what every channel gets to show."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.dialogue.step import Kind, Want


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
    wants: Want | None = None  # what the citizen could share with one tap, where the channel can ask for it
    redraws: bool = False  # the screen that was tapped, drawn anew: may take its place
    notice: str | None = None  # which one, for channels with templates: notice.collected
    values: tuple[tuple[str, str], ...] = ()  # what fills its first line, by name


MESSAGES: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])
