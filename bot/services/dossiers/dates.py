"""Dates as systems write them, by the patterns their own documents use: dd/MM/yyyy HH:mm, yyyyMMddHHmmss, iso.

A pattern fits whole or not at all, digit by digit. Day before month, always: nothing here writes it the American way,
and 11/21/2026 is no date.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from knowledge.zone import VIETNAM

YEARS = range(1990, 2100)  # of anything that can happen to a dossier
WORDS = ("iso", "epoch_ms", "epoch_s")
USUAL = (
    *("iso", "yyyyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMdd"),
    *("d/M/yyyy HH:mm:ss", "d/M/yyyy H:mm", "d/M/yyyy", "d-M-yyyy HH:mm:ss", "d-M-yyyy H:mm", "d-M-yyyy"),
    *("yyyy/M/d HH:mm:ss", "yyyy/M/d", "d/M/yyyy Hhmm", "d-M-yyyy Hhmm"),
    *("HH:mm:ss d/M/yyyy", "H:mm d/M/yyyy", "Hhmm d/M/yyyy", "epoch_ms"),
)
UNITS = {"yyyy": "year", "MM": "month", "M": "month", "dd": "day", "d": "day", "HH": "hour", "H": "hour"} | {
    "mm": "minute",
    "ss": "second",
}
TWO = r"\d{2}"
DIGITS = {"yyyy": r"\d{4}", "M": r"\d{1,2}", "d": r"\d{1,2}", "H": r"\d{1,2}"}
UNIT = re.compile("yyyy|MM?|dd?|HH?|mm|ss")
MILLISECONDS = re.compile(r"(?:/Date\()?(\d{13})(?:[+-]\d{4})?(?:\)/)?")  # as old .NET services write it, too
SECONDS = re.compile(r"\d{9,10}")
# What programs write where there is no date: .NET's and SQL Server's first day, and MySQL's.
NEVER = re.compile(r"0{4}.*|0|(?:0001|1753|1900)-01-01.*|0?1/0?1/(?:0001|1753|1900).*|00/00/0000.*|null|none|-+", re.I)


class NoDateError(ValueError):
    """Something is written, and it is no date that could be."""


@dataclass(frozen=True)
class Dates:
    forms: Sequence[str] = USUAL
    zone: tzinfo = VIETNAM  # of what is written without one

    def read(self, value: object) -> datetime | None:
        """In Vietnamese time; a day without an hour is its first moment. None: nothing is written.

        Raises NoDateError.

        >>> [Dates().read(v).isoformat()[:16] for v in ("21/11/2026 09:30", "20261121093000", 1795228200000)]
        ['2026-11-21T09:30', '2026-11-21T09:30', '2026-11-21T09:30']
        """
        text = written(value)
        if not text or NEVER.fullmatch(text):
            return None
        for form in self.forms:
            moment = read_as(form, text, self.zone)
            if moment and moment.year in YEARS:
                return moment.astimezone(VIETNAM)
        raise NoDateError


def written(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "" if value is None else "?"
    if isinstance(value, float):
        return str(int(value)) if value == value // 1 else "?"
    return " ".join(str(value).split())


def read_as(form: str, text: str, zone: tzinfo) -> datetime | None:
    if form == "iso":
        return from_iso(text, zone)
    if form == "epoch_ms":
        found = MILLISECONDS.fullmatch(text)
        return since_1970(int(found[1]) / 1000) if found else None
    if form == "epoch_s":
        return since_1970(int(text)) if SECONDS.fullmatch(text) else None
    found = pattern_of(form).fullmatch(text)
    return put_together({unit: int(digits) for unit, digits in found.groupdict().items()}, zone) if found else None


def from_iso(text: str, zone: tzinfo) -> datetime | None:
    """With dashes: without, 20261121 could be many things.

    >>> from_iso("2026-11-21T09:30:00.000+0700", VIETNAM).isoformat(), from_iso("20261121", VIETNAM)
    ('2026-11-21T09:30:00+07:00', None)
    """
    if text[4:5] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def since_1970(seconds: float) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def put_together(parts: dict[str, int], zone: tzinfo) -> datetime | None:
    try:
        return datetime(**parts, tzinfo=zone)
    except ValueError:
        return None


@cache
def pattern_of(form: str) -> re.Pattern[str]:
    """Raises ValueError for a form without year, month or day, or with a letter that means nothing.

    >>> bool(pattern_of("dd/MM/yyyy").fullmatch("21/11/2026")), bool(pattern_of("dd/MM/yyyy").fullmatch("1/1/2026"))
    (True, False)
    """
    units = UNIT.findall(form)
    names = [UNITS[unit] for unit in units]
    rest = UNIT.split(form)
    if not {"year", "month", "day"} <= set(names) or len(set(names)) < len(names) or any(map(has_letter, rest)):
        raise ValueError(f"no pattern of a date: {form} (write e.g. dd/MM/yyyy HH:mm:ss, or one of {', '.join(WORDS)})")
    groups = (f"(?P<{UNITS[unit]}>{DIGITS.get(unit, TWO)})" for unit in units)
    return re.compile(re.escape(rest[0]) + "".join(g + re.escape(r) for g, r in zip(groups, rest[1:], strict=True)))


def has_letter(text: str) -> bool:
    """One that means nothing; 9h30 is an hour."""
    return any(character.isalpha() and character not in "Th" for character in text)
