"""What a system wrote, as plain values: text on one line, an amount, a channel."""

import html
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from bot.dossiers.dossier import Channel
from knowledge.text import fold

LONGEST = 300  # characters of what a system says in its own words
TAG = re.compile(r"<[^<>]{1,200}>")
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,2})?")
CURRENCY = re.compile(r"\s*(?:đồng|vnđ|vnd|đ|₫)\.?$", re.I)
PROCEDURE = re.compile(r"(\d\.\d{6})(?:\.000\.00\.00)?(?:\.[HG]\d{2}(?:\.\d{1,3}){0,3})?", re.I)
SAFE = re.compile(r"[A-Za-z0-9_.-]{1,24}")
MOST_DIGITS = 4  # of a code that may be logged: a longer number may be a phone's or a person's
CHANNELS: Mapping[str, Channel] = {"1": "direct", "2": "online", "3": "post"}


def text_of(value: object) -> str:
    """Codes come as text or as numbers.

    >>> text_of(4), text_of(" 4 "), text_of(4.0), text_of(None), text_of([])
    ('4', '4', '4', '', '')
    """
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def words_of(value: object) -> str | None:
    """
    >>> words_of(" <p>Thiếu  giấy &amp; tờ</p>"), words_of(""), words_of({})
    ('Thiếu giấy & tờ', None, None)
    """
    text = html.unescape(TAG.sub(" ", text_of(value)[: LONGEST * 4]))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST] or None


def amount_of(value: object) -> Decimal | None:
    """đ. What cannot be read is not known.

    >>> [str(amount_of(v)) for v in (150000, 150000.0, "150.000 đ", "150,000", "150000.00", 0, "-5", "miễn phí", True)]
    ['150000', '150000', '150000', '150000', '150000.00', '0', 'None', 'None', 'None']
    """
    text = CURRENCY.sub("", text_of(value))
    digits = re.sub("[.,]", "", text) if THOUSANDS.fullmatch(text) else text
    try:
        return Decimal(digits) if AMOUNT.fullmatch(digits) else None
    except InvalidOperation:
        return None


def procedure_of(value: object) -> str | None:
    """The national code, without what a province puts behind it.

    >>> procedure_of("1.003560.000.00.00.H56"), procedure_of("KS-01")
    ('1.003560', None)
    """
    found = PROCEDURE.fullmatch(text_of(value))
    return found[1] if found else None


def channel_of(value: object, table: Mapping[str, Channel] = CHANNELS) -> Channel | None:
    """By its number (DOMAIN §2.2), or by its name.

    >>> channel_of(3), channel_of("Dịch vụ bưu chính công ích"), channel_of("Nộp trực tuyến"), channel_of("x")
    ('post', 'post', 'online', None)
    """
    text = text_of(value)
    if text in table:
        return table[text]
    name = f" {fold(text)} "
    by_name: tuple[tuple[str, Channel], ...] = (
        ("buu chinh", "post"),
        ("buu dien", "post"),
        ("truc tuyen", "online"),
        ("truc tiep", "direct"),
    )
    return next((channel for words, channel in by_name if f" {words} " in name), None)


def short(code: str) -> str:
    """A code as it may be logged: what is none may be anything, a name too.

    >>> short("DANG_XU_LY"), short("77"), short("Nguyễn Văn An"), short("0912345678")
    ('DANG_XU_LY', '77', '?', '?')
    """
    fits = SAFE.fullmatch(code) and sum(map(str.isdigit, code)) <= MOST_DIGITS
    return code if fits else "?"


def shape(value: object) -> str:
    """How something is written, for whoever mends a pattern, without what is written.

    >>> shape("31/02/2026 9h"), shape("Nguyễn An"), shape({})
    ('99/99/9999 9a', 'aaaaaa aa', 'dict')
    """
    if not isinstance(value, str | int | float):
        return type(value).__name__
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", str(value)[:30]))


def same(one: str, other: str) -> bool:
    """Whether two ways to write a dossier code mean the same."""
    return bool(one) and key_of(one) == key_of(other)


def key_of(code: str) -> str:
    return re.sub(r"[\W_]", "", code).upper()
