"""The last digits of a phone or identity number, said to show whose dossier it is."""

import re
from functools import cache

from knowledge.code_text import code_text
from knowledge.phrases import load_phrases
from knowledge.text import fold

LONGEST = 1000  # characters of a message that are read

# "4 số cuối là 5678", "đuôi 5678", "last four digits: 5678"
LAST = re.compile(
    r"(?i)\b(?:cuối|cuoi|đuôi|duoi|(?:số|so) sau|last(?: four| \d)?|end(?:s|ing)? (?:in|with))\b"
    r"\D{0,40}?(?<!\d)(\d(?:[ .-]?\d){3,11})(?!\d)(?![ .-]\d)"
)
MASKED = re.compile(r"(?:…|\.{2,}|[xX*#]{2,}|_{2,}) ?(\d{4,12})(?!\d)")
# A whole number, in groups of at least two: 0912 345 678, +84 91 234 56 78, 001090012345, 0084…
WHOLE = re.compile(r"(?<![\w/.-])(?:\+\d+|\d{2,})(?:[ .-]\d{2,}){0,6}(?![\w/])(?![.-]\d)")
PREFIX = re.compile(r"^(?:\+84|(?:00)?84(?=\d{9}$))")  # of the country; identity numbers begin with 008 or 084 too
DATE = re.compile(r"(?<!\d)[0-3]?\d[ ./-][01]?\d[ ./-](?:19|20)\d\d(?!\d)")
BARE = re.compile(r"(?<!\d)\d(?:[ .-]?\d){3,11}(?!\d)")
FEWEST, MOST = 4, 12
FEWEST_WHOLE = 9  # digits: an old identity card


def digits_said(text: str) -> str | None:
    """4 to 12 of them: named as the last ones, behind dots or stars, a whole number, or all there is in the message.

    >>> [digits_said(said) for said in ("…5678", "cccd 001 090 012 345", "dạ 5 6 7 8 ạ", "đăng ký xe 2024", "567")]
    ['5678', '001090012345', '5678', None, None]
    """
    seen = code_text(text[:LONGEST]).text
    for shape in (LAST, MASKED):
        if match := shape.search(seen):
            return as_given(match[1])
    dated = DATE.sub(" ", seen)
    wholes = (as_given(match[0]) for match in WHOLE.finditer(dated))
    return next((whole for whole in wholes if whole and len(whole) >= FEWEST_WHOLE), None) or all_there_is(dated)


def as_given(written: str) -> str | None:
    said = PREFIX.sub("", re.sub(r"[^\d+]", "", written)).removeprefix("+")
    return said if FEWEST <= len(said) <= MOST else None


def all_there_is(seen: str) -> str | None:
    """When nothing else is said but what number it is."""
    numbers = BARE.findall(seen)
    if len(numbers) != 1:
        return None
    rest = fold(BARE.sub(" ", seen)).split()
    return as_given(numbers[0]) if small_words().issuperset(rest) else None


@cache
def small_words() -> frozenset[str]:
    phrases = load_phrases()
    return frozenset(word for phrase in (*phrases.filler, *phrases.digit_words) for word in fold(phrase).split())
