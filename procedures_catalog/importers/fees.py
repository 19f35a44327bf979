"""Fees as the portal words them; a zero beside a text that sets a fee is never read as free.

Longer than most files here: the portal has written its fees in three ways, and each has its own traps.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from procedures_catalog.importers.amounts import LARGEST, number, period, sums
from procedures_catalog.importers.report import Doubting, shorten
from procedures_catalog.importers.rows import Row, mappings, words
from procedures_catalog.models import Fee

Kind = Literal["phi", "le_phi", "gia"]
Unknown = Literal["set_by_province", "depends", "contradictory", "not_published"]

ANOTHER = Decimal(-1)
LEAST_CREDIBLE = 1_000  # VND; smaller amounts were stored in thousands

KINDS: dict[str, Kind] = {
    "FEE": "phi",
    "SERVICE_FEE": "le_phi",
    "PRICE_LEVEL": "gia",
    "phí": "phi",
    "lệ phí": "le_phi",
    "mức giá": "gia",
    "giá": "gia",
}
UNITS = {"bản": "VND/copy", "trang": "VND/page", "thẻ": "VND/card", "người": "VND/person", "lần": "VND/time"}

DONG = re.compile(r"đồng|\bvn?đ\b|vnd|đ$", re.IGNORECASE)
DOLLARS = re.compile(r"usd|đô la|dollar", re.IGNORECASE)
MONEY = r"(?:việt nam đồng|vnđ|vnd|đồng|đ)"
HEADS = rf"(?:miễn phí|không có thông tin|[\d.,]+ (?:{MONEY}|usd))"
NEXT_PART = re.compile(rf"\n(?=\s*(?:lệ phí|phí|mức giá|giá)\s*:)|;\s+(?={HEADS}(?:\s*\(|;|$))", re.IGNORECASE)
ATTACHMENT = re.compile(r"\n\s*file đính kèm\s*:[^\n]*", re.IGNORECASE)
PART = re.compile(
    r"\s*(?:(?P<kind>lệ phí|phí|mức giá|giá)\s*:)?\s*(?P<head>[^(]*?)\s*(?:\((?P<text>.*))?", re.IGNORECASE | re.DOTALL
)
STATED = re.compile(rf"(?P<number>\d[\d.,]*)\s*(?:{MONEY}|(?P<foreign>usd))?(?P<per>\s*/.*)?", re.IGNORECASE)
FREE = re.compile(rf"(?:miễn phí|không(?: có| thu| mất)?(?: phí| lệ phí)?|0+)(?:\s*{MONEY})?", re.IGNORECASE)
SILENT = re.compile(rf"(?:không có thông tin|{MONEY})?", re.IGNORECASE)

NOTHING_DUE = re.compile(
    r"[-+*(\s]*(?:(?:không(?: có| thu| mất)?|miễn(?: thu)?)(?: (?:phí|lệ phí|phí, lệ phí))?|0 đồng)"
    r"(?:\s*\(\s*thông tư[^)]*\))?[.;)\s]*",
    re.IGNORECASE,
)
NOT_SET = re.compile(r"[-+*(\s]*(?:không|chưa)(?: có| được)? quy định\b", re.IGNORECASE)
SAYS_NOTHING = re.compile(r"[\W_]*\w{0,3}[\W_]*")  # "a", "1", "ii)"
BY_PROVINCE = re.compile(
    r"hđnd|hội đồng nhân dân|(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd) (?:cấp )?tỉnh|cấp tỉnh|chính quyền địa phương",
    re.IGNORECASE,
)
CONDITION = re.compile(r"[-+*\s]*(?:đối với|trường hợp|nếu |khi |dành cho)", re.IGNORECASE)
HAS_CONDITION = re.compile(r"\b(?:đối với|trường hợp|nếu)\b", re.IGNORECASE)
EXEMPT_GROUP = re.compile(r"thuộc (?:diện|trường hợp|đối tượng) (?:được )?miễn", re.IGNORECASE)
REDUCED = re.compile(r"[(\s]*áp dụng mức (?:thu )?(?:phí|lệ phí)", re.IGNORECASE)
WAIVED = re.compile(r"\bmiễn(?: thu)?(?: phí| lệ phí)?(?: kể)? từ", re.IGNORECASE)
SHARE = re.compile(
    r"mức (?:phí|lệ phí|thu)[^.;%]{0,20} bằng ([1-9][0-9])% mức (?:phí|lệ phí|thu)[^.;]{0,12} nêu trên", re.IGNORECASE
)
OTHER_RATE = re.compile(r"\báp dụng\b|\bmức (?:phí|lệ phí|thu)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One fee of a fee text: the figure the portal prints and the words beside it."""

    kind: Kind | None
    stated: Decimal | None
    foreign: bool
    text: str | None  # the words, whole
    unit: str = ""

    @property
    def said(self) -> str:
        return self.text or ""


def read_fees(text: object, items: object, doubt: Doubting, glued: bool = False) -> list[Fee]:
    """The fees of one way of handing in. `glued`: the figure may have digits of the working time before it."""
    parts = split(text, mappings(items), doubt)
    several = len(parts) > 1
    return [fee for part in parts for fee in read_part(part, parts if several else (), doubt, glued)]


def split(text: object, items: Sequence[Row], doubt: Doubting) -> list[Part]:
    if not isinstance(text, str):
        return [read_words(composed(item), KINDS.get(str(item.get("type")))) for item in items]
    if ATTACHMENT.search(text):
        doubt("fee_attachment_not_kept", shorten(words(text) or "", 200))
        text = ATTACHMENT.sub("", text)
    texts = [one for one in NEXT_PART.split(text) if words(one)]
    kinds = [KINDS.get(str(item.get("type"))) for item in items]
    if len(kinds) != len(texts):
        kinds = [None] * len(texts)
    return [read_words(one, kind) for one, kind in zip(texts, kinds, strict=True)]


def composed(item: Row) -> str:
    """A fee item without its text, put as the portal would print it."""
    value, about, currency = item.get("value"), words(item.get("description")), words(item.get("currency"))
    printed = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float(LARGEST)
    head = f"{plain_number(value)} {'USD' if currency and DOLLARS.search(currency) else 'VNĐ'}"
    if not printed:
        head = "Không có thông tin"
    elif value == 0:
        head = "Miễn phí"
    elif currency and not DOLLARS.search(currency) and not DONG.search(currency):
        head, about = "Không có thông tin", f"{plain_number(value)} {currency} {about or ''}".rstrip()
    return f"{head} ({about})" if about else head


def plain_number(value: object) -> str:
    """5000.0 as 5000: a decimal point would be read as one that groups thousands."""
    return f"{value:.2f}".removesuffix(".00") if isinstance(value, float) else str(value)


def read_words(text: str, kind: Kind | None) -> Part:
    match = PART.fullmatch(text)
    head, inside = (words(match["head"]) or "", words(match["text"])) if match else (words(text) or "", None)
    inside = inside.removesuffix(")").strip() or None if inside else None
    kind = kind or (KINDS.get(match["kind"].lower()) if match and match["kind"] else None)
    if FREE.fullmatch(head):
        return Part(kind, Decimal(0), False, inside)
    if SILENT.fullmatch(head):
        return Part(kind, None, False, inside)
    figure = STATED.fullmatch(re.sub(r"(?<=/)(.*\S)\s+đồng$", r"\1", head, flags=re.IGNORECASE))
    value = number(figure["number"]) if figure else None
    if figure is None or value is None:  # words where the figure should be
        return Part(kind, None, False, words(f"{head} ({inside})" if inside else head))
    unit = (figure["per"] or "").strip(" /").lower()
    if unit and unit not in UNITS:
        inside = words(f"/{unit} {inside or ''}")
    if figure["foreign"]:
        return Part(kind, value, True, words(f"{head} ({inside})" if inside else head))
    return Part(kind, value, False, inside, unit)


def read_part(part: Part, siblings: Sequence[Part], doubt: Doubting, glued: bool) -> Iterator[Fee]:
    if is_foreign(part):
        doubt("fee_in_foreign_currency", shorten(part.said, 200))
        yield unknown(part, "depends")
    elif part.stated is None:
        yield read_words_only(part, doubt)
    elif part.stated == 0:
        yield read_zero(part, siblings, doubt)
    else:
        yield from read_amount(part, siblings, doubt, glued)


def is_foreign(part: Part) -> bool:
    """Some sums in dollars are printed as đồng; the words give them away."""
    figure = f"{part.stated:f}" if part.stated else None
    return part.foreign or bool(figure and re.search(rf"(?<![\d.,]){figure}\s*usd\b", part.said, re.IGNORECASE))


def read_words_only(part: Part, doubt: Doubting) -> Fee:
    if part.text and NOTHING_DUE.fullmatch(part.text):
        return free(part)
    if part.text:
        doubt("fee_without_figure", shorten(part.said, 200))
    return unknown(part, why_unknown(part.said))


def read_zero(part: Part, siblings: Sequence[Part], doubt: Doubting) -> Fee:
    """The portal prints "free" whenever it stores no sum; the words beside it decide."""
    if part.text is None or NOTHING_DUE.fullmatch(part.text):
        return free(part)
    if EXEMPT_GROUP.search(part.text) and not sums(part.text) and any(other.stated for other in siblings):
        return Fee(kind=kind_of(part), amount=Decimal(0), only_if=part.text)
    doubt(why_not_free(part.text), shorten(part.text, 200))
    return unknown(part, why_unknown(part.text, printed_free=True))


def why_not_free(text: str) -> str:
    if NOT_SET.match(text):
        return "free_but_fee_not_set"
    return "free_with_text_that_says_nothing" if SAYS_NOTHING.fullmatch(text) else "free_but_text_sets_fee"


def free(part: Part) -> Fee:
    """Nothing due; the words are kept when they name the text that says so."""
    return Fee(kind=kind_of(part), amount=Decimal(0), note=part.text if "hông tư" in part.said else None)


def read_amount(part: Part, siblings: Sequence[Part], doubt: Doubting, glued: bool) -> Iterator[Fee]:
    amount, told = part.stated or Decimal(0), sums(part.said)
    detail = shorten(f"{amount:f} {part.said}", 200)
    if glued and amount not in told:
        doubt("fee_glued_to_duration", detail)
        yield unknown(part, "contradictory", printed=amount)
        return
    if amount < LEAST_CREDIBLE and amount not in told:
        doubt("amount_in_thousands", detail)
        if amount * 1000 not in told:
            yield unknown(part, "contradictory", printed=amount)
            return
        amount *= 1000
    fee = fee_of(part, amount, unit_of(part, told.get(amount, "")), siblings, doubt)
    dated = by_date(part, fee, told)
    if dated:
        doubt("amount_changes_by_date", detail)
        yield from dated
    elif told and amount not in told:
        doubt("amount_contradicts_text", detail)
        yield unknown(part, "contradictory", printed=amount)
    else:
        if len(told) > 1:
            doubt("several_amounts_in_text", detail)
        yield fee


def by_date(part: Part, fee: Fee, told: Mapping[Decimal, str]) -> list[Fee]:
    """Another rate up to a stated day and the full one from the next; nothing when no day is stated."""
    days, amount = period(part.said), fee.amount or Decimal(0)
    if days is None:
        return []
    first, last = days
    if first is None and set(told) == {amount}:
        return [fee.model_copy(update={"valid_until": last})]
    rate = rate_until(part.said, amount, told, opened=first is not None)
    if rate is None:
        return []
    why = "depends" if rate < 0 else None
    until = {"amount": None if why else rate, "unknown": why, "valid_from": first, "valid_until": last}
    return [fee.model_copy(update=until), fee.model_copy(update={"valid_from": last + timedelta(days=1)})]


def rate_until(text: str, amount: Decimal, told: Mapping[Decimal, str], opened: bool) -> Decimal | None:
    """The rate of the stated time, ANOTHER when the text sets one without saying it, None when it sets none."""
    others = [value for value in told if value != amount]
    if len(others) == 1 and others[0] < amount and (REDUCED.match(text) or not opened):
        return others[0]
    if others or not opened:
        return None
    if WAIVED.search(text):
        return Decimal(0)
    share = SHARE.search(text)
    if share:
        return amount * int(share[1]) / 100
    return ANOTHER if OTHER_RATE.search(text) else None


def fee_of(part: Part, amount: Decimal, unit: str, siblings: Sequence[Part], doubt: Doubting) -> Fee:
    if part.kind is None and not re.search(r"phí|giá", part.said, re.IGNORECASE):
        doubt("fee_kind_guessed", shorten(f"{amount:f} {part.said}", 200))
    rivals = [other for other in siblings if other.stated and other.kind == part.kind]
    is_condition = part.text is not None and (len(rivals) > 1 or CONDITION.match(part.text))
    words_go: dict[str, Any] = {"only_if" if is_condition else "note": part.text}
    return Fee.model_validate({"kind": kind_of(part), "amount": amount, "unit": unit, **words_go})


def unknown(part: Part, why: Unknown, printed: Decimal | None = None) -> Fee:
    """A fee whose amount nobody can tell; a printed figure that cannot be right stays readable in the note."""
    figure = f"Cổng ghi {printed:f} đồng" if printed is not None else None
    note = ": ".join(filter(None, (figure, part.text)))
    return Fee(kind=kind_of(part), amount=None, unknown=why, note=note or None)


def why_unknown(text: str, printed_free: bool = False) -> Unknown:
    told = sums(text)
    if printed_free and len(told) == 1:
        return "contradictory"
    if told:
        return "depends"
    if BY_PROVINCE.search(text):
        return "set_by_province"
    if NOT_SET.match(text) or not HAS_CONDITION.search(text):
        return "not_published"
    return "depends"


def kind_of(part: Part) -> Kind:
    """The kind given, else the one the words name first, else the commonest."""
    if part.kind:
        return part.kind
    named = re.search(r"lệ phí|phí|giá", part.said.replace("Miễn phí", ""), re.IGNORECASE)
    return KINDS[named.group().lower()] if named else "le_phi"


def unit_of(part: Part, told: str) -> str:
    beside = re.match(r"[(\s]*(?:đồng)?\s*/\s*(\w+)", part.said, re.IGNORECASE)
    for unit in (part.unit, told, beside[1].lower() if beside else ""):
        if unit in UNITS:
            return UNITS[unit]
    return "VND/dossier"
