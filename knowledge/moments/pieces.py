"""What a rule finds of a moment in a message, and how rules are tried one after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from re import Match, Pattern
from typing import Literal

from knowledge.moments.words import Part, just_after, just_before, pattern

Kind = Literal["day", "part", "hour", "gone", "nothing"]


# What must stand beside a piece for it to be read: fit company, since a bare 24/11 may be a house number; another
# piece directly behind it, since "sang" may be "to come over" and "toi" may be "I"; or that, or the end.
Needs = Literal["nothing", "company", "piece_or_company", "piece_behind", "piece_or_end"]


@dataclass(frozen=True)
class Piece:
    """Words of one kind at a place of the key."""

    kind: Kind
    start: int = 0
    end: int = 0
    first: date | None = None
    last: date | None = None  # of a span
    hour: int = 0
    minute: int = 0
    part: Part | None = None
    sure: bool = True
    any_week: bool = False  # a weekday of which the week is not said
    needs: Needs = "nothing"


FREE, MOMENT, NO_MOMENT = 0, 1, 2  # what a place of the key has been read as

NOTHING = Piece("nothing")
GONE = Piece("gone")

Reader = Callable[[Match[str], datetime], Piece | None]
Guard = Callable[[str, int], bool]


@dataclass(frozen=True)
class Rule:
    found: Pattern[str]
    read: Reader
    not_after: tuple[Guard, ...] = ()
    not_before: tuple[Guard, ...] = ()


def rule(template: str, read: Reader, not_after: Iterable[str] = (), not_before: Iterable[str] = ()) -> Rule:
    return Rule(pattern(template), read, tuple(map(just_before, not_after)), tuple(map(just_after, not_before)))


def scan(key: str, rules: Iterable[Rule], now: datetime) -> list[Piece]:
    """Pieces in their order in the message. A rule does not see what an earlier one has read."""
    pieces: list[Piece] = []
    taken = bytearray(len(key))
    for one in rules:
        for match in free_matches(one.found, key, taken):
            piece = None if is_guarded(one, match) else one.read(match, now)
            if piece is None:
                continue
            piece = replace(piece, start=match.start(), end=match.end())
            if has_what_it_needs(piece, key, taken):
                mark = NO_MOMENT if piece.kind in {"gone", "nothing"} else MOMENT
                taken[piece.start : piece.end] = bytes([mark]) * (piece.end - piece.start)
                pieces.append(piece)
    return sorted(pieces, key=lambda piece: piece.start)


def free_matches(found: Pattern[str], key: str, taken: bytearray) -> Iterator[Match[str]]:
    """Matches in what is not read yet; shortened when they run into what is: of "9h sáng nay" the "9h"."""
    place = 0
    while match := found.search(key, place):
        barrier = next((i for i in range(match.start(), match.end()) if taken[i]), -1)
        if barrier == match.start():
            free = taken.find(FREE, barrier)
            if free < 0:
                return
            place = free
            continue
        clear = match if barrier < 0 else found.match(key, match.start(), len(key[:barrier].rstrip()))
        if clear:
            yield clear
        place = (clear or match).end() if barrier < 0 else barrier


def is_guarded(one: Rule, match: Match[str]) -> bool:
    key = match.string
    return any(guard(key, match.start()) for guard in one.not_after) or any(
        guard(key, match.end()) for guard in one.not_before
    )


@cache
def friends() -> tuple[Guard, Guard]:
    return just_before("<beside_before>"), just_after("<beside_after>")


def friendly_before(key: str, place: int) -> bool:
    return friends()[0](key, place)


def friendly_after(key: str, place: int) -> bool:
    return friends()[1](key, place)


STOPS = ".,;:!?()-–…\"'"


def has_what_it_needs(piece: Piece, key: str, taken: bytearray) -> bool:
    before, after = len(key[: piece.start].rstrip()), len(key) - len(key[piece.end :].lstrip())
    behind = after < len(key) and taken[after] == MOMENT
    ahead = before > 0 and taken[before - 1] == MOMENT
    ends = after >= len(key) or key[after] in STOPS
    if piece.needs == "piece_or_company" and (behind or ahead):
        return True
    if piece.needs in {"company", "piece_or_company"}:
        begins = not before or key[before - 1] in STOPS
        return (begins or ahead or friendly_before(key, piece.start)) and (
            ends or behind or friendly_after(key, piece.end)
        )
    if piece.needs == "piece_behind":
        return behind
    return piece.needs == "nothing" or behind or ((ahead or not before) and ends)
