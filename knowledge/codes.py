"""Codes in a message, however their separators were typed: our orders, dossiers, parcels, procedures, and others.

The shapes are those of DOMAIN §2.1. The letter O stands for a nought wherever only a digit can be.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import Match, Pattern

from knowledge import order_numbers
from knowledge.meanings import Code, DossierCode, Named, OrderCode, OtherCode, ParcelCode

DIGIT = "[0-9Oo]"
GAP = r"[\s._–—/-]{1,3}"  # between the parts of a code
JOIN = r"(?:\s?\.\s?|\s)"  # between the units in front
SUB_UNIT = rf"{DIGIT}{{3}}{JOIN}{DIGIT}{{2}}{JOIN}{DIGIT}{{2}}{JOIN}"
UNITS = rf"(?:{SUB_UNIT}[GH]{DIGIT}{{2}}|[GH]{DIGIT}{{2}}(?:{JOIN}{DIGIT}{{1,3}}(?!{DIGIT})){{0,3}})"


@dataclass(frozen=True)
class Found:
    """A code and where it stands."""

    code: Code
    start: int
    end: int


def order(match: Match[str]) -> Code | None:
    """One with a slip in it counts as long as it is written out, dash and all; anything else may be no number."""
    number = order_numbers.written(match)
    is_written_out = match[0].upper() == number and order_numbers.is_day(match[1])
    return OrderCode(number) if order_numbers.agrees(number) or is_written_out else None


def dossier(match: Match[str]) -> Code:
    units, day, serial = match.groups()
    return DossierCode(f"{with_dots(units)}-{digits(day)}-{digits(serial)}")


def payment(match: Match[str]) -> Code:
    return OtherCode("payment", f"{with_dots(match[1])}-{digits(match[2])}")


def parcel(match: Match[str]) -> Code:
    return ParcelCode(f"{match[1].upper()}{digits(match[2])}VN")


def insurance_dossier(match: Match[str]) -> Code:
    return OtherCode("insurance_dossier", f"{match[1]}/{match[2]}/{match[3]}")


def health_insurance(match: Match[str]) -> Code:
    return OtherCode("health_insurance", match[1].upper() + digits(match[2]))


def social_insurance(match: Match[str]) -> Code:
    return OtherCode("social_insurance", digits(match[1]))


def procedure(match: Match[str]) -> Code:
    return Named(f"{match[1]}.{match[2]}")


RULES: tuple[tuple[Pattern[str], Callable[[Match[str]], Code | None]], ...] = tuple(
    (re.compile(pattern, re.I), read)
    for pattern, read in (
        (order_numbers.SHAPE, order),
        # the three living shapes of a mã hồ sơ
        (rf"(?<![\w.])({UNITS}){GAP}({DIGIT}{{8}}|{DIGIT}{{6}}){GAP}({DIGIT}{{4,7}})(?!\w)", dossier),
        # a payment on the national portal
        (r"(?<![\w.])([GH]\d{2}(?:\.\d{1,3}){0,3})[\s–—-]{1,3}(\d{12})(?!\w)", payment),
        # số hiệu bưu gửi, UPU S10
        (rf"(?<!\w)([A-Z]{{2}})[\s.-]?((?:{DIGIT}[\s.-]?){{9}})VN(?!\w)", parcel),
        # a dossier of the social insurance
        (r"(?<![\w/])(\d{5})\s?[/-]\s?(20\d{2})\s?[/-]\s?(\d{5})(?![\w/])", insurance_dossier),
        # mã thẻ bảo hiểm y tế: 15 characters, printed in groups
        (r"(?<!\w)([A-Z]{2})[\s.-]?([1-5](?:[\s.-]?\d){12})(?!\w)", health_insurance),
        # mã số bảo hiểm xã hội: ten digits like a phone, so only where the words say so
        (r"(?:bhxh|bảo hiểm xã hội|bao hiem xa hoi)\D{0,25}?(?<!\d)((?:\d[\s.-]?){9}\d)(?![\w/])", social_insurance),
        # mã thủ tục, with or without the suffix a province adds
        (
            r"(?<![\d.,/])(\d)(?:\s?[.,]\s?)?(\d{6})(?:\.000\.00\.00)?(?:\.H\d{2}(?:\.\d{1,3}){0,2})?(?![\d.-]*\d)",
            procedure,
        ),
    )
)


def find_codes(text: str) -> Iterator[Found]:
    """In this order, so that no code is taken for a piece of another.

    >>> [found.code for found in find_codes("mã hs: h56.14 240823 0001, bưu gửi ef 123 456 789 vn")]
    [DossierCode(code='H56.14-240823-0001'), ParcelCode(code='EF123456789VN')]
    """
    if not any(c.isdigit() for c in text):
        return
    for pattern, read in RULES:
        for match in pattern.finditer(text):
            if code := read(match):
                yield Found(code, match.start(), match.end())
                text = text[: match.start()] + "\0" * len(match[0]) + text[match.end() :]


def digits(written: str) -> str:
    return re.sub(r"\D", "", re.sub("[Oo]", "0", written))


def with_dots(units: str) -> str:
    return ".".join(re.split(r"[\s.]+", units.upper().replace("O", "0")))
