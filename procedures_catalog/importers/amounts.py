"""Sums of money, periods and working times as they stand in published texts."""

import re
from datetime import date
from decimal import Decimal

from procedures_catalog.importers.report import Doubting, shorten
from procedures_catalog.importers.rows import words
from procedures_catalog.models import Duration

LARGEST = Decimal(10) ** 12  # what Fee.amount can hold

GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
SUM = re.compile(
    r"(?<![\d/.,])(?P<number>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?)(?![\d])"
    r"(?:\s*(?P<times>triệu|nghìn|ngàn|tỷ)(?!\w))?"
    r"\s*(?P<money>(?:đồng|vnđ|vnd|đ|việt nam đồng)(?!\w))?"
    r"(?P<per>\s*/\s*\d*\s*(?P<unit>[^\W\d_]+))?",
    re.IGNORECASE,
)
TIMES = {"triệu": 1_000_000, "nghìn": 1_000, "ngàn": 1_000, "tỷ": 1_000_000_000}

DAY = r"(\d{1,2})/(\d{1,2})/(20\d{2})"
PERIOD = re.compile(rf"từ\s+(?:ngày\s+)?{DAY}\s+đến\s+(?:hết\s+)?(?:ngày\s+)?{DAY}", re.IGNORECASE)
LAST_DAY = re.compile(rf"áp dụng đến (?:hết )?(?:ngày )?{DAY}", re.IGNORECASE)

DURATION_UNITS = {"ngày làm việc": "working_day", "ngày": "day", "giờ": "hour", "tháng": "month"}
COUNTED = re.compile(
    r"(?:không quá |tối đa )?(?P<number>\d+(?:[.,]\d+)?) ?(?P<unit>ngày làm việc|ngày|giờ|tháng)"
    r"(?:,? kể từ (?:ngày|khi) nhận (?:được )?(?:đầy )?đủ hồ sơ(?: hợp lệ)?)?[.;]?",
    re.IGNORECASE,
)
BARE = re.compile(r"\d+(?:[.,]\d+)?")
NOT_SET = re.compile(r"(?:không|khác|theo mô tả|(?:không|chưa) (?:có )?quy định)\.?", re.IGNORECASE)
SAME_DAY = re.compile(r"sau 15 giờ\b[^.;\n]{0,120}\bngày làm việc tiếp theo", re.IGNORECASE)


def number(text: str) -> Decimal | None:
    """A written number: dots and commas before three digits group, before one or two they are decimals.

    >>> number("10,000"), number("1.250.000"), number("12.5"), number("1.2345")
    (Decimal('10000'), Decimal('1250000'), Decimal('12.5'), None)
    """
    text = text.strip(" .,")
    if not re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,18}(?:[.,][0-9]{1,2})?", text):
        return None
    grouped = GROUPED.fullmatch(text)
    value = Decimal(re.sub(r"[.,]", "", text) if grouped else text.replace(",", "."))
    return value if value < LARGEST else None


def sums(text: str) -> dict[Decimal, str]:
    """The sums of money the text sets, each with what it is paid for ("" when not said).

    >>> sums("cấp mới 10 triệu đồng, cấp lại 250.000đ/thẻ, kho dưới 3.000 tấn")
    {Decimal('10000000'): '', Decimal('250000'): 'thẻ'}
    """
    found: dict[Decimal, str] = {}
    for match in SUM.finditer(text):
        value = number(match["number"])
        if value and is_money(match):
            value *= TIMES.get((match["times"] or "").lower(), 1)
            if value < LARGEST:
                found.setdefault(value, (match["unit"] or "").lower())
    return found


def is_money(match: re.Match[str]) -> bool:
    """A number is money when it says so; a grouped one also before a slash or with two groups."""
    grouped = GROUPED.fullmatch(match["number"])
    return bool(match["money"] or (grouped and (match["per"] or len(match["number"]) > len("999.999"))))


def period(text: str) -> tuple[date | None, date] | None:
    """The only period the text names, first (when said) and last day.

    >>> period("từ ngày 01/7/2025 đến hết ngày 31/12/2026")
    (datetime.date(2025, 7, 1), datetime.date(2026, 12, 31))
    >>> period("áp dụng đến hết ngày 31/12/2026")
    (None, datetime.date(2026, 12, 31))
    """
    matches = [*PERIOD.findall(text), *LAST_DAY.findall(text)]
    if len(matches) != 1:
        return None
    days = [day(*matches[0][at : at + 3]) for at in range(0, len(matches[0]), 3)]
    first, last = (days[0], days[1]) if len(days) == 2 else (None, days[0])
    if last is None or (len(days) == 2 and (first is None or first > last)):
        return None
    return first, last


def day(of_month: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        return None


def read_duration(text: str | None, about: str | None, steps: object, doubt: Doubting) -> Duration | None:
    """A published working time; what cannot be counted stays as a note. `about` tells it from its neighbours."""
    if text is None:
        return None
    counted = COUNTED.fullmatch(text)
    if counted and re.fullmatch(r"[0-9]{1,4}", counted["number"]) and int(counted["number"]):
        return Duration.model_validate(
            {"amount": int(counted["number"]), "unit": DURATION_UNITS[counted["unit"].lower()], "note": about}
        )
    if may_mean_same_day(text, counted) and isinstance(steps, str) and SAME_DAY.search(steps):
        doubt("duration_from_steps", text)
        return Duration(amount=0, note="nhận sau 15 giờ thì trả kết quả vào ngày làm việc tiếp theo")
    doubt(why_uncounted(text, counted), shorten(text, 200))
    return Duration(amount=None, note=words(f"{text} ({about})" if about else text))


def may_mean_same_day(text: str, counted: re.Match[str] | None) -> bool:
    return text in ("0", "1") or (counted is not None and not number(counted["number"]))


def why_uncounted(text: str, counted: re.Match[str] | None) -> str:
    if counted:
        return "duration_zero" if not number(counted["number"]) else "duration_fraction"
    if BARE.fullmatch(text):
        return "duration_without_unit"
    return "duration_not_set" if NOT_SET.fullmatch(text) else "duration_free_text"
