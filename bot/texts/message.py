"""A message in words: what every channel gets to show."""

from dataclasses import dataclass, replace

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
    dated: str | None = None  # of a notice: its day, as is said when it comes late


def saying_its_day(message: Message) -> Message:
    """As it is shown when it comes late: behind what happened, when.

    >>> late = saying_its_day(Message((ShownLine("Đã giao"), ShownLine("Kết quả")), dated="Tin ngày 21/11/2026"))
    >>> [line.words for line in late.lines], late.dated
    (['Đã giao', 'Tin ngày 21/11/2026', 'Kết quả'], None)
    """
    if message.dated is None:
        return message
    return replace(
        message, lines=(*message.lines[:1], ShownLine(message.dated, "note"), *message.lines[1:]), dated=None
    )


MESSAGES: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])
