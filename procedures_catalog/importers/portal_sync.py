"""One procedure as the portal's older sync service gives it (`LayThuTuc`, `LayDanhSachTTHC`).

The shape is that of two systems that were connected to it, and is known only as far as they read it;
systems differ in the case of the keys.
"""

from datetime import datetime
from typing import Any

from procedures_catalog.importers.markup import plain_text
from procedures_catalog.importers.reading import Note
from procedures_catalog.importers.rows import Row, keys, mappings, words

CHANNELS = {"1": "trực tiếp", "2": "trực tuyến", "3": "bưu chính"}
LEVELS = {"0": "cấp bộ", "1": "tỉnh", "2": "huyện", "3": "xã"}
PUBLIC = "1"  # TRANGTHAI: the only state its users show
DETAIL = frozenset(("CACHTHUCTHUCHIEN", "THANHPHANHOSO", "TRINHTUTHUCHIEN"))
DESCRIBED = DETAIL | keys(
    "MATTHC TENTTHC TRANGTHAI LINHVUCTHUCHIEN COQUANTHUCHIEN MOTACOQUANTHUCHIEN DOITUONGTHUCHIEN CAPTHUCHIEN "
    "DIACHITIEPNHAN YEUCAU KETQUATHUCHIEN CANCUPHAPLY NGAYCAPNHAT SOQUYETDINH ID MACOQUANCONGBO LOAITTHC "
    "MOTADOITUONGTHUCHIEN TUKHOA IDQUYETDINHCONGBO MOTACOQUANTHAMQUYEN MOTA TTHCLIENQUAN TTHCLIENTHONG "
    "COQUANCOTHAMQUYEN COQUANDUOCUYQUYEN COQUANPHOIHOP"
)


def upper(value: Any) -> Any:
    """The value with the keys of all its objects in capitals."""
    if isinstance(value, dict):
        return {str(key).upper(): upper(one) for key, one in value.items()}
    return [upper(one) for one in value] if isinstance(value, list) else value


def is_sync(data: Row) -> bool:
    return any(str(key).upper() == "MATTHC" for key in data)


def to_row(given: Row) -> tuple[dict[str, Any], list[Note]]:
    """The service's object in the shape of reading.py, and what was doubtful about it."""
    data: Row = upper(given)
    notes = []
    state = text(data.get("TRANGTHAI"))
    if state and state != PUBLIC:
        notes.append(Note("state_not_active", state))
    row = {
        "code": data.get("MATTHC"),
        "name": plain_text(data.get("TENTTHC")),
        "field": joined(data.get("LINHVUCTHUCHIEN"), "TENLINHVUC"),
        "agency": joined(data.get("COQUANTHUCHIEN"), "TENDONVI") or plain_text(data.get("MOTACOQUANTHUCHIEN")),
        "applicants": each(data.get("DOITUONGTHUCHIEN"), "TENDOITUONG"),
        "level": [LEVELS.get(code, code) for code in each(data.get("CAPTHUCHIEN"), "CAPTHUCHIEN")],
        "crawl_date": day_of(data.get("NGAYCAPNHAT")),
        "detail": "list",
    }
    return row | detail(data) if not DETAIL.isdisjoint(data) else row, notes


def unknown_keys(given: Row) -> frozenset[str]:
    return frozenset(key for key in given if str(key).upper() not in DESCRIBED)


def detail(data: Row) -> dict[str, Any]:
    return {
        "detail": "full",
        "decision_no": words(data.get("SOQUYETDINH")),
        "hand_in": plain_text(data.get("DIACHITIEPNHAN")),
        "channels": [way for one in mappings(data.get("CACHTHUCTHUCHIEN")) for way in ways(one)],
        "documents": [
            {"case": plain_text(one.get("TRUONGHOP")), "documents": [paper(p) for p in mappings(one.get("GIAYTO"))]}
            for one in mappings(data.get("THANHPHANHOSO"))
        ],
        "steps_text": steps(data.get("TRINHTUTHUCHIEN")),
        "requirements_text": plain_text(data.get("YEUCAU")),
        "result": each(data.get("KETQUATHUCHIEN"), "TENKETQUA"),
        "legal_basis": [
            {"code": one.get("SOVANBAN"), "name": one.get("TENVANBAN")} for one in mappings(data.get("CANCUPHAPLY"))
        ],
    }


def text(value: object) -> str | None:
    """A text, or a number as text: the service writes both."""
    return words(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None


def each(value: object, key: str) -> list[str]:
    return [found for one in mappings(value) if (found := text(one.get(key)))]


def joined(value: object, key: str) -> str | None:
    return " ; ".join(dict.fromkeys(each(value, key))) or None


def steps(value: object) -> str | None:
    """TRINHTUTHUCHIEN: cases, each with its steps."""
    parts: list[str | None] = []
    for one in mappings(value):
        parts += [plain_text(one.get("TRUONGHOP"))]
        parts += [plain_text(step.get("TENTRINHTU")) for step in mappings(one.get("TRINHTU"))]
    return "\n".join(filter(None, parts)) or None


def ways(method: Row) -> list[dict[str, Any]]:
    """One way for each working time; the fees stand in the time, or beside it."""
    code = text(method.get("KENH"))
    channel = CHANNELS.get(code or "", "bưu chính" if code and "bưu chính" in code.lower() else code)
    times = mappings(method.get("THOIGIAN")) or [{}]
    return [
        {
            "channel": channel,
            "duration_text": duration(time),
            "fee_items": [fee(one) for one in mappings(time.get("PHILEPHI")) or mappings(method.get("PHILEPHI"))],
            "description": plain_text(time.get("MOTA")),
        }
        for time in times
    ]


def duration(time: Row) -> str | None:
    amount, unit = text(time.get("THOIGIANGIAIQUYET")), text(time.get("DONVITINH"))
    return " ".join(filter(None, (amount, unit))) or None


def fee(item: Row) -> dict[str, Any]:
    """SOTIEN is a number or its text; DONVI the currency."""
    value = item.get("SOTIEN")
    try:
        amount = float(value) if isinstance(value, str) else value
    except ValueError:
        amount = None
    return {
        "type": None,
        "value": amount,
        "currency": words(item.get("DONVI")),
        "description": plain_text(item.get("MOTA")),
    }


def paper(item: Row) -> dict[str, Any]:
    return {
        "name": plain_text(item.get("TENGIAYTO")),
        "originals": quantity(item.get("SOBANCHINH")),
        "copies": quantity(item.get("SOBANSAO")),
        "form_file": words(item.get("TENMAUDON")),
    }


def quantity(value: object) -> object:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


def day_of(value: object) -> str | None:
    """The service writes yyyyMMddHHmmss."""
    try:
        return datetime.strptime(str(value)[:8], "%Y%m%d").date().isoformat()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None
