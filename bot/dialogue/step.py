"""What one step of the dialogue yields: where to go, and what to say, in no language yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from bot.dialogue.states import AnyState, Memory


class Text(NamedTuple):
    """Words by their key in bot/texts; `values` fill the gaps."""

    key: str
    values: Mapping[str, "Value"] = MappingProxyType({})


# What a line is, for channels that know headings and lists; others may show them all alike.
Kind = Literal["title", "heading", "text", "item", "note", "warning"]

Words = Text | str  # a plain string is shown as it is: a name, a fact of the catalogue
Value = Words | int | Decimal | date | tuple[Words, ...]


def text(key: str, **values: Value) -> Text:
    return Text(key, values)


class Line(NamedTuple):
    """One line of a message."""

    words: Words
    kind: Kind = "text"
    link: str | None = None


class Button(NamedTuple):
    """`option` comes back when it is tapped: at most 64 bytes (Telegram's limit), complete in itself."""

    option: str
    label: Words


@dataclass(frozen=True)
class Reply:
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...] = ()


def say(key: str, *buttons: Button, **values: Value) -> Reply:
    """A reply of one line."""
    return Reply((Line(Text(key, values)),), buttons)


class Miss(NamedTuple):
    """A wording that was not understood, or not at once. Nothing in it tells whose it was."""

    wording: str
    # nothing: none fitted · refused: not what was meant · reworded: found by other words · chosen: among several
    kind: Literal["nothing", "refused", "reworded", "chosen"]
    shown: str | None  # code of what was shown, or offered first
    settled: str | None  # code of what was meant, as far as one can tell


@dataclass(frozen=True)
class Step:
    state: AnyState
    replies: tuple[Reply, ...] = ()
    memory: Memory | None = None  # None: as it was
    forget: bool = False  # delete all that is kept of this chat; the replies of this step stay
    misses: tuple[Miss, ...] = ()  # to be counted


def go(state: AnyState, *replies: Reply, memory: Memory | None = None) -> Step:
    return Step(state, replies, memory)
