"""When a citizen would like to be visited: the day and the hour in a message, for a `now` that is given.

What could be meant in two ways is read in the likelier one and marked as not sure, to be asked back.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from itertools import pairwise
from re import Pattern
from typing import Literal

from knowledge.moments.dates import date_rules, numeric_date_rules
from knowledge.moments.days import day_rules, passing_rules, short_weekday_rules
from knowledge.moments.hours import at_of, hour_rules, part_at, part_rules
from knowledge.moments.pieces import STOPS, Guard, Piece, Rule, scan
from knowledge.moments.words import Part, Written, filled, just_before, pattern

LONGEST = 400  # characters of a message that are read; a wish for a day is said sooner

Shift = Literal["morning", "afternoon"]
SHIFTS: dict[Part | None, Shift] = {"morning": "morning", "afternoon": "afternoon"}


@dataclass(frozen=True)
class Moment:
    """A day, or a span of days; a shift; an hour. At least one of them is said."""

    day: date | None
    last: date | None  # the end of a span: "cuối tuần", "tuần sau"
    shift: Shift | None  # None too for noon, the evening, and when both would do
    at: time | None  # the hour that is named, also in "sau 5 giờ chiều" and "trước 11h"; the first of "9-10h"
    surely: bool  # False: could be meant otherwise, or more was said than the fields hold ("tối mai"); ask back
    rest: str  # the message without these words


def read_moment(text: str, now: datetime) -> Moment | None:
    """None: no appointment in it, or one that is past and told ("hôm qua em nộp rồi").

    >>> now = datetime(2026, 11, 21, 10)
    >>> moment = read_moment("Chiều thứ 5 tuần sau lúc 3h em ở nhà nhé", now)
    >>> moment.day, moment.shift, moment.at, moment.surely, moment.rest
    (datetime.date(2026, 11, 26), 'afternoon', datetime.time(15, 0), True, 'em ở nhà nhé')
    >>> read_moment("con em 14 tuổi, nhà 12/3 Trần Phú", now) is None
    True
    """
    written = Written(text[:LONGEST])
    if not may_hold_one().search(written.key):
        return None
    found = scan(written.key, every_rule(), now)
    pieces = [piece for piece in found if piece.kind not in {"gone", "nothing"}]
    wished = [as_bound(piece, written.key) for piece in without_refused(written.key, pieces)]
    days = [piece for piece in wished if piece.first]
    if not days and (len(wished) < len(pieces) or any(piece.kind == "gone" for piece in found)):
        return None
    hours = [piece for piece in wished if piece.kind == "hour"]
    parts = [part for piece in wished if (part := piece.part)]
    if not (days or hours or parts):
        return None
    day, last, day_is_sure = day_of(days, written.key)
    at, shift, hour_is_sure = hour_of(hours, parts, written.key)
    rest = without(written, pieces) + text[LONGEST:]
    return Moment(day, last, shift, at, day_is_sure and hour_is_sure, rest)


@cache
def every_rule() -> tuple[Rule, ...]:
    """In this order: what is surer and longer goes first; what needs company comes when the company is known."""
    return (
        *passing_rules(),
        *date_rules(),
        *day_rules(),
        *hour_rules(),
        *numeric_date_rules(),
        *short_weekday_rules(),
        *part_rules(),
    )


@cache
def may_hold_one() -> Pattern[str]:
    """Most messages are about something else; one look tells."""
    return pattern(
        "[a-z.]*[0-9].*|<weekdays>|<short_weekdays>|<days>|<parts>|<week>|<month>|<unit_week>|<left>|<in>|<mung>"
        "|<weekend>|<next_month>|<tonight>|<bare_tomorrow>|<could_be_past>|<hour>|<half>|<day_word>"
    )


def without_refused(key: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Days of which is said that they will not do: "mai em bận", "trừ thứ 5"."""
    ends = [*(piece.start for piece in pieces[1:]), len(key)]
    return [
        piece
        for piece, end in zip(pieces, ends, strict=False)
        if not (piece.first and (refused_after().match(key, piece.end, end) or refused_before()(key, piece.start)))
    ]


@cache
def refused_after() -> Pattern[str]:
    return re.compile(filled("(?:,? [A-Za-z]+){0,3}? (?:<busy>|<denial> <fits>)(?![A-Za-z0-9])"))


@cache
def refused_before() -> Guard:
    return just_before("<excepted>")


def as_bound(piece: Piece, key: str) -> Piece:
    """ "Trước ngày 30/11" names no day of its own."""
    return replace(piece, sure=False) if piece.first and is_bound()(key, piece.start) else piece


@cache
def is_bound() -> Guard:
    return just_before("<bound>")


def day_of(days: Sequence[Piece], key: str) -> tuple[date | None, date | None, bool]:
    """The first day, the end of its span, and whether all that is said of days agrees."""
    spans = [piece for piece in days if piece.last]
    singles = [piece for piece in days if not piece.last and not is_told_better(piece, days)]
    if not singles:
        return (spans[0].first, spans[0].last, all_same(spans)) if spans else (None, None, True)
    first, *others = singles
    if others and is_range().fullmatch(key, first.end, others[0].start) and begins_before(first, others[0]):
        return first.first, others[0].first, len(others) == 1 and first.sure and (others[0].sure or others[0].any_week)
    return first.first, None, all_same(singles) and all(is_within(first, span) for span in spans)


def is_told_better(weekday: Piece, days: Sequence[Piece]) -> bool:
    """ "Thứ 5 (3/12)": the date says which Thursday."""
    others = (piece for piece in days if piece.first and not piece.last and not piece.any_week)
    return weekday.any_week and any(falls_alike(weekday, other) for other in others)


def falls_alike(one: Piece, other: Piece) -> bool:
    return bool(one.first and other.first and one.first.weekday() == other.first.weekday())


def begins_before(one: Piece, other: Piece) -> bool:
    return bool(one.first and other.first and one.first < other.first)


def is_within(one: Piece, span: Piece) -> bool:
    return bool(one.first and span.first and span.last and span.first <= one.first <= span.last)


def all_same(pieces: Sequence[Piece]) -> bool:
    return all(piece.sure for piece in pieces) and len({piece.first for piece in pieces}) == 1


@cache
def is_range() -> Pattern[str]:
    return re.compile(filled(r" ?(?:-|–|<to>),? ?(?:the )?"))


def hour_of(hours: Sequence[Piece], parts: Sequence[Part], key: str) -> tuple[time | None, Shift | None, bool]:
    """The first hour, read by the part of the day that is said; the shift; whether there is one reading."""
    said = set(parts)
    part = parts[0] if len(said) == 1 else None
    if not hours:
        shift = SHIFTS.get(part)
        return None, shift, not said or shift is not None
    first, *others = hours
    at, sure = at_of(first.hour, first.minute, first.part or part)
    joined = all(is_range().fullmatch(key, a.end, b.start) for a, b in pairwise(hours))
    return at, shift_at(at), sure and len(said) < 2 and (joined or not others)


def shift_at(at: time) -> Shift | None:
    return SHIFTS.get(part_at(at.hour))


def without(written: Written, pieces: Sequence[Piece]) -> str:
    """The message without these pieces, and without the stops and small words that held them."""
    kept, place = [], 0
    for piece in pieces:
        between = written.key[place : piece.start]
        kept.append(
            "" if is_link().fullmatch(between) else written.text[written.place(place) : written.place(piece.start)]
        )
        place = piece.end
    kept.append(written.text[written.place(place) :])
    rest = " ".join(" ".join(kept).split()).strip(" ,;:-–()/").lstrip(".")
    return rest if rest.strip(STOPS + " ") else ""


@cache
def is_link() -> Pattern[str]:
    return re.compile(filled(r"[ ,]*(?:-|–|<to>|<or>)?[ ,]*"))
