"""What one step of the dialogue yields: where to go, and what to say, in no language yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from bot.dialogue.states import AnyState, Memory
from bot.pickup.order import Order, Person, Visit


class Text(NamedTuple):
    """Words by their key in bot/texts; `values` fill the gaps."""

    key: str
    values: Mapping[str, "Value"] = MappingProxyType({})


# What a line is, for channels that know headings and lists; others may show them all alike.
Kind = Literal["title", "heading", "text", "item", "note", "warning"]

# What a citizen could share with one tap.
Want = Literal["contact", "place"]

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
class File:
    """A file made when it is sent or fetched, never kept: `ref` says which, e.g. slip/ND261122-4F7KQ2."""

    ref: str
    label: Words


@dataclass(frozen=True)
class Reply:
    lines: tuple[Line, ...]
    buttons: tuple[Button, ...] = ()
    files: tuple[File, ...] = ()
    wants: Want | None = None  # it would answer what is asked
    redraws: bool = False  # the same screen as the one tapped, changed by the tap


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
class PlaceOrder:
    """Command: kept with the step, carried out at the post once (bot/work)."""

    order: Order


@dataclass(frozen=True)
class MoveOrder:
    number: str
    visit: Visit


@dataclass(frozen=True)
class CancelOrder:
    number: str


@dataclass(frozen=True)
class Consent:
    """Command: the proof of what was agreed to, or taken back."""

    version: str
    given: bool = True


@dataclass(frozen=True)
class CorrectOrder:
    """Command: another person or note on an order that is still changeable."""

    number: str
    sender: Person


@dataclass(frozen=True)
class Follow:
    """Command: the dossier is watched, and the chat told of what changes. Followed again: what is known is kept.

    `once`: only until its system answers again, and that answer is told.
    """

    code: str
    proved: bool = False  # by the owner's digits, or booked here: more than the status may be told
    order: str | None = None  # number of the pickup it was collected with
    once: bool = False


@dataclass(frozen=True)
class Unfollow:
    code: str


Command = PlaceOrder | MoveOrder | CancelOrder | Consent | CorrectOrder | Follow | Unfollow


@dataclass(frozen=True)
class Look:
    """Query: what an agency's system says of a dossier. It is asked within the turn, with no transaction open."""

    code: str
    digits: str | None = None  # the last of the owner's phone or identity number, as somebody claims; never kept


@dataclass(frozen=True)
class Step:
    state: AnyState
    replies: tuple[Reply, ...] = ()
    memory: Memory | None = None  # None: as it was
    forget: bool = False  # delete all that is kept of this chat; the replies of this step stay
    misses: tuple[Miss, ...] = ()  # to be counted
    commands: tuple[Command, ...] = ()  # kept in the same transaction as the step
    query: Look | None = None  # nothing else of this step counts: it is made again with the answer in `Given.looked`


def go(state: AnyState, *replies: Reply, memory: Memory | None = None, then: tuple[Command, ...] = ()) -> Step:
    return Step(state, replies, memory, commands=then)


def ask(state: AnyState, query: Look) -> Step:
    """The step needs to know more first."""
    return Step(state, query=query)
