"""Codes in a message, however they were typed: our orders, dossiers, parcels, procedures, and others.

The shapes are those of DOMAIN §2.1. The letter O stands for a nought and I or L for a one wherever only a digit can be.
Separators may be other ones or, where one reading is left, missing (glued.py). Twelve digits behind the units are a
payment even where a dash may be missing among them: the two cannot be told apart, and the payment is written so.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from re import Match, Pattern

from knowledge import glued, order_numbers
from knowledge.code_text import code_text
from knowledge.last_digits import digits_said
from knowledge.meanings import Code, DossierCode, Named, OrderCode, OtherCode, ParcelCode

ALIKE = str.maketrans("OoIiLl", "001111")
DIGIT = "[0-9OoIiLl]"

# Between the parts of a dossier code: a sign, a blank, or the sign said aloud
SIGN = r" ?[-._/,+~]{1,3} ?"
ALOUD = r" ?(?i:gạch|gach|trừ|chấm|cham)(?: (?i:ngang|nối|noi))? ?"
BETWEEN = rf"(?:{SIGN}|{ALOUD}| )"
TIGHT = r"[-._/]"
DASH = r" ?[-_/] ?"

# Neither in a word nor behind the rest of some longer number; "hsH56…" is two words
BEFORE = r"(?:(?<![^\W_])|(?<=\b(?i:hs))|(?<=\b(?i:mahs))|(?<=(?i:hoso)))(?<!\d\d\.)"
BEHIND = r"(?![^\W_])(?![-./][0-9])"

LEVEL = rf"(?:[GHgh]|(?<!\d )[GHgh] )(?={DIGIT}?[0-9]){DIGIT}{{2}}"  # "H 56" too, while "9 h 30" is an hour
SUB_UNIT = rf"{DIGIT}{{3}}{BETWEEN}{DIGIT}{{2}}{BETWEEN}{DIGIT}{{2}}{BETWEEN}"
GLUED_SUB_UNIT = rf"{DIGIT}{{3}}\.?{DIGIT}{{2}}\.?{DIGIT}{{2}}\.?"
UNITS = (
    rf"(?:(?:{SUB_UNIT}|{GLUED_SUB_UNIT}){LEVEL}"
    rf"|{LEVEL}(?:(?:{DIGIT}{{2}}){{1,3}}(?!{DIGIT})|(?:{BETWEEN}{DIGIT}{{1,3}}(?!{DIGIT})){{0,3}}))"
)
SPACED_UNITS = rf"[GHgh](?: ?{DIGIT}){{2}}(?: ?\. ?{DIGIT}(?: ?{DIGIT}){{0,2}}){{0,3}}"

# Words that say what number follows, and words of other numbers
HEALTH = "bhyt|bảo hiểm y tế|bao hiem y te|health insurance|(?:thẻ|the) (?:bảo hiểm|bao hiem)(?! [xy])"
SOCIAL = "bhxh|bảo hiểm xã hội|bao hiem xa hoi|social insurance|(?:sổ|so) (?:bảo hiểm|bao hiem)(?! [xy])"
OTHERS = (
    "sđt|sdt|đt|điện|dien|phone|tel|zalo|gọi|goi|liên|lien|cccd|cmnd|căn cước|can cuoc|định danh|dinh danh|hồ sơ|ho so"
)
NUMBER_IS = r"(?:(?:mã số|ma so|mã|ma|số|so)(?: (?:thẻ|the|sổ|so))? )"
INSURED = rf"(?:(?!{OTHERS}|{HEALTH}|{SOCIAL})\D){{0,25}}?(?<!\d)((?:\d[ .-]?){{9}}\d)(?![\w/])(?![.-]\d)"
MOBILE = re.compile(r"0[35789]")
SAYS_NUMBER = re.compile(r"(?i)\b(?:mã|ma|số|so|thẻ số|là|la|number|no|is)\b")
MONEY = r"(?! ?(?i:đồng|dong|đ|d|vnđ|vnd)\b)"


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


def dossier(match: Match[str]) -> Code | None:
    """Eight digits behind a dot that are no day are a unit and six of a day ("H56.14240823-0001"): not read here."""
    units, sign, day, serial = (match[1], match[2], digits(match[3]), digits(match[4]))
    if sign == "." and len(day) == glued.LONG_DAY and not glued.is_likely(day):
        return None
    return DossierCode(f"{with_dots(units)}-{day}-{serial}")


def spaced_dossier(match: Match[str]) -> Code:
    units, day, serial = match.groups()
    return DossierCode(f"{with_dots(units.replace(' ', ''))}-{digits(day)}-{digits(serial)}")


def glued_dossier(match: Match[str]) -> Code | None:
    """Below a sub-unit stands the level above and nothing else."""
    sub_unit, letter, rest = match.groups(default="")
    written = re.sub("[^0-9.]", "-", rest.translate(ALIKE))
    read = glued.reading(written, most_units=0 if sub_unit else glued.MOST_UNITS)
    return DossierCode(f"{dotted_sub_unit(sub_unit)}{letter.upper()}{read}") if read else None


def payment(match: Match[str]) -> Code | None:
    """With its dash, or beginning with a day: an identity number behind the number of a house has twelve digits too."""
    units, sign, number = match.groups()
    is_meant = "-" in sign or glued.is_likely(digits(number)[:6])
    return OtherCode("payment", f"{with_dots(units)}-{digits(number)}") if is_meant else None


def parcel(match: Match[str]) -> Code:
    return ParcelCode(f"{match[1].upper()}{digits(match[2])}VN")


def parcel_from_abroad(match: Match[str]) -> Code | None:
    code = ParcelCode(match[0])
    return code if code.is_s10 else None


def insurance_dossier(match: Match[str]) -> Code:
    return OtherCode("insurance_dossier", "/".join(map(digits, match.groups())))


def health_insurance(match: Match[str]) -> Code:
    return OtherCode("health_insurance", match[1].upper() + digits(match[2]))


def new_health_insurance(match: Match[str]) -> Code | None:
    return None if is_phone(match) else OtherCode("health_insurance", digits(match[1]))


def social_insurance(match: Match[str]) -> Code | None:
    return None if is_phone(match) else OtherCode("social_insurance", digits(match[1]))


def is_phone(match: Match[str]) -> bool:
    """Rather than the number of an insurance, unless the words say which number it is."""
    return bool(MOBILE.match(digits(match[1])) and not SAYS_NUMBER.search(match[0]))


def procedure(match: Match[str]) -> Code:
    return Named(f"{match[1]}.{match[2]}")


@dataclass(frozen=True)
class Rule:
    shape: Pattern[str]
    read: Callable[[Match[str]], Code | None]
    in_links: bool  # whether its shape is so much its own that it is meant in a link too


SUFFIX = r"(?:\.000\.00\.00)?(?:\.H\d{2}(?:\.\d{1,3}){0,2})?(?![.-]{0,3}\d)"  # a province adds it
RULES: tuple[Rule, ...] = tuple(
    Rule(re.compile(shape), read, in_links)
    for shape, read, in_links in (
        (order_numbers.SHAPE, order, True),
        # the three living shapes of a mã hồ sơ
        (rf"{BEFORE}({UNITS})({BETWEEN})({DIGIT}{{8}}|{DIGIT}{{6}}){BETWEEN}({DIGIT}{{4,7}}){BEHIND}", dossier, True),
        # … with blanks among its digits, as narrow columns and slow fingers leave them
        (
            rf"{BEFORE}({SPACED_UNITS}){DASH}({DIGIT}(?: ?{DIGIT}){{7}}|{DIGIT}(?: ?{DIGIT}){{5}}){DASH}"
            rf"({DIGIT}{{4,7}}|{DIGIT}(?: {DIGIT}){{3,6}}(?! ?{DIGIT})){BEHIND}",
            spaced_dossier,
            True,
        ),
        # … with separators left out
        (rf"{BEFORE}({GLUED_SUB_UNIT})?([GHgh])({DIGIT}(?:{TIGHT}?{DIGIT}){{11,23}}){BEHIND}", glued_dossier, True),
        # a payment on the national portal
        (rf"{BEFORE}({UNITS})( ?-{{1,3}} ?| )({DIGIT}{{12}}){BEHIND}", payment, True),
        # số hiệu bưu gửi
        (rf"(?<![^\W_])([A-Za-z]{{2}})[ .-]?((?:{DIGIT}[ .-]?){{9}})[Vv][Nn](?![^\W_])", parcel, True),
        (r"(?<![^\W_])[A-Z]{2}\d{9}[A-Z]{2}(?![^\W_])", parcel_from_abroad, True),
        # a dossier of the social insurance
        (
            rf"(?<![\w/])({DIGIT}{{5}}) ?[/-] ?(2[0Oo]{DIGIT}{{2}}) ?[/-] ?({DIGIT}{{5}})(?![\w/])",
            insurance_dossier,
            True,
        ),
        # mã thẻ bảo hiểm y tế: 15 characters, printed in groups; on newer cards ten digits
        (r"(?<!\w)([A-Za-z]{2})[ .-]?([1-5](?:[ .-]?\d){12})(?!\w)", health_insurance, False),
        (rf"(?i){NUMBER_IS}?(?:{HEALTH}){INSURED}", new_health_insurance, False),
        # mã số bảo hiểm xã hội: ten digits like a phone, so only where the words say so
        (rf"(?i){NUMBER_IS}?(?:{SOCIAL}){INSURED}", social_insurance, False),
        # mã thủ tục, with or without the suffix a province adds
        (rf"(?<![\d.,])(?<!\d/)(?<!\w-)(\d) ?[.,] ?(\d{{6}}){SUFFIX}{MONEY}", procedure, True),
        (rf"(?<![\w.,/])(?<!\w-)(\d)(\d{{6}}){SUFFIX}{MONEY}", procedure, False),
    )
)
LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,6}/\S*", re.I)


def find_codes(text: str) -> Iterator[Found]:
    """In the order of RULES, so that no code is taken for a piece of another.

    >>> [found.code.code for found in find_codes("mã hs: h56.14 240823 0001, bưu gửi ef 123 456 789 vn")]
    ['H56.14-240823-0001', 'EF123456789VN']
    >>> [found.code.code for found in find_codes("https://example.vn/tra-cuu?maHoSo=H56.14%2D2408230001&bai=4812345")]
    ['H56.14-240823-0001']
    """
    if not any(c.isdigit() for c in text):
        return
    seen = code_text(text)
    links = [link.span() for link in LINK.finditer(text)]
    left = seen.text
    for rule in RULES:
        taken, left = taken_by(rule, left, seen.at, links)
        yield from taken


def taken_by(rule: Rule, text: str, at: Sequence[int], links: Sequence[tuple[int, int]]) -> tuple[Sequence[Found], str]:
    """What this rule finds, and the text without it."""
    taken: list[Found] = []

    def take(match: Match[str]) -> str:
        start, end = at[match.start()], at[match.end()]
        is_hidden = not rule.in_links and any(first <= start < last for first, last in links)
        code = None if is_hidden else rule.read(match)
        if code is None:
            return match[0]
        taken.append(Found(code, start, end))
        return "\0" * len(match[0])

    return taken, rule.shape.sub(take, text)


def last_digits(text: str) -> str | None:
    """The digits by which somebody shows whose dossier it is: 4 to 12, the last of a phone or identity number.

    A code in the same message is none; a whole number is given as it was said, without the prefix of the country.

    >>> last_digits("4 số cuối là 5678"), last_digits("sđt +84 912 345 678"), last_digits("H56.14-240823-0001")
    ('5678', '912345678', None)
    """
    for found in sorted(find_codes(text), key=lambda one: one.start, reverse=True):
        if not text[found.start : found.end].isdecimal():  # seven digits may be a procedure, and are no code here
            text = f"{text[: found.start]} {text[found.end :]}"
    return digits_said(text)


def digits(written: str) -> str:
    return re.sub("[^0-9]", "", written.translate(ALIKE))


def with_dots(units: str) -> str:
    """With the dots it is printed with, where other signs or none stood.

    >>> with_dots("h 5614"), with_dots("OOO-00-06 h56"), with_dots("G22 chấm 99.3")
    ('H56.14', '000.00.06.H56', 'G22.99.3')
    """
    sub_unit, letter, others = re.split("([GHgh])", re.sub(ALOUD, ".", units), maxsplit=1)
    level, *parts = re.findall("[0-9]+", others.translate(ALIKE))
    return dotted_sub_unit(sub_unit) + ".".join([letter.upper() + level[:2], *re.findall("..", level[2:]), *parts])


def dotted_sub_unit(written: str) -> str:
    """
    >>> dotted_sub_unit("0000006"), dotted_sub_unit("")
    ('000.00.06.', '')
    """
    return re.sub(r"(\d{3})(\d{2})(\d{2})", r"\1.\2.\3.", digits(written))
