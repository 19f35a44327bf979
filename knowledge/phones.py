"""A citizen's phone number in a message, however it is grouped; numbering plans by phonenumberslite."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Annotated, Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from pydantic import BaseModel, ConfigDict, Field

from knowledge.datafile import read
from knowledge.text import fold

LONGEST = 1000  # characters of a message that are read

# Groups of digits; not a piece of a code (H56-231027-0361), a date (3/5/2020), an hour (9h) or a sum (1.001193)
ONE = r"\(?[0-9]+\)?(?![\w:]|/[0-9]{1,4}(?![0-9]))"
GROUPS = re.compile(rf"(?<![\w/])(?<!\w[-.])(?:\+ ?)?{ONE}(?:[\s.–-]{{1,3}}{ONE})*(?![-.]?\w)")
GROUP = re.compile("[0-9]+")
DATE = re.compile(r"(?:[0-3]?\d)([ .-])[01]?\d\1(?:19|20)\d\d|(?:19|20)\d\d([ .-])[01]?\d\2[0-3]?\d")
SMALL_WORDS = re.compile(r"(?: (?:so|la|cua|em|toi|minh|nay|ne|no|number|is|my))+$")
WORDS_BEFORE = 30  # characters in which the word stands that says what number it is

# DOMAIN §4 wants a phone that is reachable: 1022, 113, 1800 and 1900 numbers are no citizen's
OF_A_PERSON = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
}
MOST_GROUPS = 8  # of one number: 09 1 2 3 4 56 78
IDENTITY = 12  # digits of a personal identification number (số định danh cá nhân); they begin with 0 too
FEWEST = 8  # digits that begin with 0 and are fewer are not meant as a phone

Reason = Literal["too_short", "too_long", "no_such_number"]


@dataclass(frozen=True)
class Phone:
    e164: str  # "+84912345678"
    written: str  # "0912 345 678"; a foreign one in the international form


@dataclass(frozen=True)
class Wrong:
    """Meant as a phone, but nobody can be called by it."""

    reason: Reason


Digits = Annotated[str, Field(pattern="^0[0-9]+$")]


class PhoneWords(BaseModel):
    """data/phones.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    old_prefixes: Mapping[Digits, Digits]
    not_after: tuple[str, ...]
    after: tuple[str, ...]


@cache
def phone_words() -> PhoneWords:
    return read("phones.yaml", PhoneWords)


def find_phone(text: str) -> Phone | Wrong | None:
    """The first phone in the message; what is wrong with the first that was meant as one; None when there is none.

    >>> find_phone("sđt em 0912.345.678 nhé"), find_phone("0168 234 5678")
    (Phone(e164='+84912345678', written='0912 345 678'), Phone(e164='+84382345678', written='0382 345 678'))
    >>> find_phone("cccd 001090012345"), find_phone("0912 345 67"), find_phone("gọi 1022")
    (None, Wrong(reason='too_short'), None)
    """
    found = [read_as for match in GROUPS.finditer(text[:LONGEST]) if (read_as := phone_of(match))]
    phones = (one for one in found if isinstance(one, Phone))
    return next(phones, None) or next(iter(found), None)


def phone_of(match: re.Match[str]) -> Phone | Wrong | None:
    before = match.string[max(0, match.start() - WORDS_BEFORE) : match.start()]
    if DATE.fullmatch(match[0]) or ends_with(before, phone_words().not_after):
        return None
    groups = GROUP.findall(match[0])
    if match[0].startswith("+"):
        return dialled(groups, "+")
    if groups[0].startswith("00"):  # 0084…: the foreign way; 001090… is an identity number
        return dialled([groups[0][2:], *groups[1:]], "+") if is_0084(groups) else None
    if groups[0].startswith("84") and len("".join(groups)) >= len("84912345678"):
        return number("+" + "".join(groups))
    if not groups[0].startswith("0"):
        return number("0" + "".join(groups)) if ends_with(before, phone_words().after) else None
    return dialled(groups, "")


def is_0084(groups: list[str]) -> bool:
    """With 12 digits it is the identity number of somebody from Tuyên Quang (008)."""
    return groups[0].startswith("0084") and sum(map(len, groups)) > IDENTITY


def dialled(groups: list[str], prefix: str) -> Phone | Wrong | None:
    """All digits together; or as many groups as make a number, when another number follows it."""
    digits = "".join(groups)
    if phone := number(prefix + digits):
        return phone
    if len(groups[0]) < IDENTITY and (len(digits) >= IDENTITY or len(groups[0]) >= len("0912345678")):
        shorter = [first for first in accumulate(groups[:MOST_GROUPS]) if first != digits]
        if phone := next(filter(None, (number(prefix + first) for first in reversed(shorter))), None):
            return phone
    if len(digits) < FEWEST or (len(digits) >= IDENTITY and not prefix):
        return None
    return Wrong(why_not(prefix + digits))


def number(digits: str) -> Phone | None:
    """The number of a person, by the plan of its country."""
    try:
        parsed = phonenumbers.parse(renewed(digits), "VN")
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in OF_A_PERSON:
        return None
    at_home = parsed.country_code == phonenumbers.country_code_for_region("VN")
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return Phone(e164, phonenumbers.format_number(parsed, form))


def renewed(digits: str) -> str:
    """With the prefix of today, when it is one of before 2018: 0168 234 5678 is 038 234 5678."""
    national = re.sub(r"^\+840?", "0", digits)
    new = phone_words().old_prefixes.get(national[:4]) if len(national) == len("01682345678") else None
    return new + national[4:] if new else digits


def why_not(digits: str) -> Reason:
    try:
        parsed = phonenumbers.parse(digits, "VN")
    except NumberParseException as error:
        return "too_long" if error.error_type == NumberParseException.TOO_LONG else "no_such_number"
    length = len(str(parsed.national_number))
    if parsed.country_code != phonenumbers.country_code_for_region("VN"):
        return "no_such_number"
    right = len("2438251234") if str(parsed.national_number).startswith("2") else len("912345678")
    if length == right:
        return "no_such_number"
    return "too_short" if length < right else "too_long"


def ends_with(text: str, words: tuple[str, ...]) -> bool:
    """Whether the last words are among these, with or without small ones behind: "sđt của em là"."""
    said = f" {fold(text)}"
    return any(form.endswith(f" {fold(word)}") for form in (said, SMALL_WORDS.sub("", said)) for word in words)
