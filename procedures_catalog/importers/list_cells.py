"""Single cells of an official list: codes that became numbers, marks, fees, times, laws."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from procedures_catalog.importers.columns import Column, texts
from procedures_catalog.importers.labels import folded
from procedures_catalog.importers.sheets import Cell

YES = frozenset(("x", "co", "c", "v", "dung", "duoc", "yes", "true", "ok"))
YES_SIGNS = frozenset("✓✔☑√●☒")
NO = frozenset(("khong", "k", "ko", "no", "false", "o"))
NOTHING = frozenset(("", "-", "–", "—", "/"))

OTHER_LEVEL = "cơ quan khác"
LEVEL_NAMES = {"bộ": "cấp bộ", "trung ương": "cấp bộ", "tỉnh": "tỉnh", "huyện": "huyện", "xã": "xã"}
NAMED_LEVEL = re.compile(r"\bcấp\s+(bộ|trung ương|tỉnh|huyện|xã)\b", re.IGNORECASE)
BARE_LEVEL = re.compile(r"\b(bộ|trung ương|tỉnh|huyện|xã)\b", re.IGNORECASE)
WAYS = (("trực tiếp", "truc tiep"), ("trực tuyến", "truc tuyen"), ("bưu chính", "buu chinh|buu dien|bcci"))
BY_WAY = re.compile(
    r"(?=(?:^|[\n;.,])\s*[-+*]?\s*(?:nộp )?(?:trực tiếp|trực tuyến|(?:qua )?bưu chính)\b[^:\n;]{0,40}:)", re.I
)
ONE_WAY = re.compile(r"[\s\-+*;.,]*(?P<way>[^:\n]{4,60}):\s*(?P<rest>.+)", re.DOTALL)
LAW_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,2})?/(?:(?:19|20)\d\d/)?(?:(?:UBTV)?QH\d\d|[A-ZĐƯ][\wĐƯ&/-]*[^\W\d_])")
UNIT = re.compile(r"ngày làm việc|ngày|giờ|tháng", re.IGNORECASE)


def as_code(value: Cell) -> str | None:
    """The code in a cell. Excel turns 1.010030 into the number 1.01003; six decimals bring it back.

    >>> as_code(1.01003), as_code(" 1.001193 "), as_code(1.0133611)
    ('1.010030', '1.001193', '1.0133611')
    """
    if isinstance(value, float) and abs(round(value, 6) - value) < 1e-12:
        return f"{value:.6f}"
    return " ".join(texts([value])) or None


def yes_or_no(value: Cell, doubt: Callable[[str], None]) -> bool | None:
    """A mark that says so; anything else says nothing, and what is not blank is told."""
    if isinstance(value, bool) or value is None:
        return value
    text = " ".join(texts([value]))
    word = folded(text)
    if word in YES or text in YES_SIGNS:
        return True
    if word in NO:
        return False
    if text not in NOTHING:
        doubt(text)
    return None


def levels(text: str, is_cell: bool = False) -> list[str]:
    """The levels a text names, in the portal's words. In running text only "cấp xã" does: a "tỉnh" is a place.

    >>> levels("Thủ tục của UBND cấp xã trên địa bàn tỉnh"), levels("Tỉnh/Xã", is_cell=True)
    (['xã'], ['tỉnh', 'xã'])
    """
    pattern = BARE_LEVEL if is_cell else NAMED_LEVEL
    other = [OTHER_LEVEL] if is_cell and OTHER_LEVEL in text.lower() else []
    return list(dict.fromkeys([*(LEVEL_NAMES[name.lower()] for name in pattern.findall(text)), *other]))


def fees(value: Cell, note: Callable[[str, str, str], None]) -> list[dict[str, Any]]:
    """The fee of each way the cell tells apart, or of all ways; one row even when it tells nothing.

    A bare 0 is no text that sets a fee of nothing, and is not read as free.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == 0:
            note("zero_without_words", "0", "fee")
            return [{"channel": None, "fee_text": None}]
        return [{"channel": None, "fee_text": f"{value:.2f}".removesuffix(".00") + " đồng"}]
    text = "" if value is None or isinstance(value, bool) else str(value).strip()
    if text == "0":
        note("zero_without_words", text, "fee")
        text = ""
    parts = [part for part in BY_WAY.split(text) if part.strip(" ;.,\n")]
    told = [way_of(part) for part in parts]
    if len(parts) > 1 and all(told):
        return [one for one in told if one]
    return [{"channel": None, "fee_text": text or None}]


def way_of(part: str) -> dict[str, Any] | None:
    match = ONE_WAY.fullmatch(part)
    if match is None:
        return None
    head = folded(match["way"])
    way = next((name for name, pattern in WAYS if re.search(pattern, head)), None)
    return {"channel": way, "fee_text": match["rest"].strip(" ;.,\n")} if way else None


def times(value: Cell, columns: Sequence[Column]) -> dict[str, Any]:
    """The working time; a bare number has the unit its column names."""
    text = " ".join(texts([value]))
    unit = next((found[0] for column in columns if (found := UNIT.search(column.head))), None)
    if unit and re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        text = f"{text} {unit.lower()}"
    return {"duration_text": text or None}


def law(value: Cell) -> list[dict[str, str | None]]:
    """One document for each line or part between semicolons; its number where it shows one."""
    whole = "" if value is None or isinstance(value, bool) else str(value)
    parts = (part.strip(" -+*•.\t") for part in re.split(r"[\n;]", whole))
    return [as_law(part) for part in parts if part]


def as_law(part: str) -> dict[str, str | None]:
    is_number = " " not in part
    return {"code": part if is_number else first(LAW_NUMBER, part), "name": None if is_number else part}


def first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[0] if match else None
