"""The tracking feed of VNPost's public administration service, read as news (DOMAIN §3.1, 4).

A page: {"_returned": 2, "_embedded": {"rh:doc": [{"_id": {"$oid": "…"}, "OrderNumber": "…", "EventTime": "…",
"ItemCode": "…", "StatusCode": "4", "StatusMessage": "…", "Notes": "…"}, …]}}. It is append-only; what is in it may
come twice, under another id too, and later than what followed it. The feed is the customer's: it may hold orders of
other systems, which are passed over. How EventTime is written is published nowhere; what is not understood falls
back on the time within the id, which is when the row was made.
"""

import string
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.pickup.progress import News, Status
from bot.services.post.filed import dossier_told
from bot.services.post.statuses import Codes, short
from knowledge.order_numbers import NUMBER
from knowledge.zone import VIETNAM

log = structlog.get_logger()

FIRST = "0" * 24  # a cursor before everything
LONGEST = 200  # characters of what the post says
EXPLAINED: frozenset[Status] = frozenset({"collection_failed", "delivery_failed", "refused", "returned"})
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")


class UnreadableError(ValueError):
    """A page that is not as it should be."""


def rows_of(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Raises UnreadableError."""
    embedded = page.get("_embedded")
    rows = embedded.get("rh:doc") if isinstance(embedded, Mapping) else embedded
    if rows is None and page.get("_returned") == 0:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and id_of(row) for row in rows):
        raise UnreadableError
    return rows


def newest(rows: list[Mapping[str, Any]], cursor: str) -> str:
    """The cursor after these rows, in whatever order they came."""
    return max((cursor, *map(id_of, rows)), key=lambda id_: (len(id_), id_))


def id_of(row: Mapping[str, Any]) -> str:
    id_ = row.get("_id")
    value = id_.get("$oid") if isinstance(id_, Mapping) else id_
    return value.lower() if isinstance(value, str) else ""


def news_of(rows: list[Mapping[str, Any]], codes: Codes, gateway: str) -> list[News]:
    """Oldest first, each once."""
    told = {news.key: news for row in rows for news in read_row(row, codes, gateway)}
    return sorted(told.values(), key=lambda news: news.at)


def read_row(row: Mapping[str, Any], codes: Codes, gateway: str) -> Iterator[News]:
    """One, or none: of another system, or nothing that concerns the citizen, or not known to us."""
    number, code = row.get("OrderNumber"), text_of(row.get("StatusCode"))
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        return
    known, at = codes.events.get(code), happened(row)
    if known is None or at is None:
        log.warning(
            "post: event not understood", gateway=gateway, row=id_of(row), code=short(code), timed=at is not None
        )
    elif known.status:
        yield News(
            order=number,
            key=f"{number}:{code}:{at.astimezone(UTC).isoformat()}",
            status=known.status,
            at=at,
            item=text_of(row.get("ItemCode")) or None,
            reason=explained(row) if known.status in EXPLAINED else None,
            code=code,
            dossier=dossier_told(known.status, row.get("Notes")),
        )


def explained(row: Mapping[str, Any]) -> str | None:
    return plain(row.get("Notes")) or plain(row.get("StatusMessage"))


def happened(row: Mapping[str, Any]) -> datetime | None:
    time = row.get("EventTime")
    return read_time(time.get("$date") if isinstance(time, Mapping) else time) or time_within(id_of(row))


def read_time(value: object) -> datetime | None:
    """Vietnamese time where no zone is said; a number is milliseconds since 1970.

    >>> read_time("24/11/2026 09:30:00") == read_time("2026-11-24T02:30:00Z") == read_time(1795487400000)
    True
    >>> read_time("hôm qua") is None
    True
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return from_seconds(value / 1000)
    return read_written_time(value.strip()) if isinstance(value, str) else None


def read_written_time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return next(filter(None, (strictly(text, form) for form in DAY_FIRST)), None)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def strictly(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def time_within(id_: str) -> datetime | None:
    """When MongoDB made this id: its first four bytes are seconds since 1970.

    >>> time_within("65a0f3c4" + "0" * 16)
    datetime.datetime(2024, 1, 12, 8, 9, 40, tzinfo=datetime.timezone.utc)
    """
    is_one = len(id_) == 24 and set(id_) <= set(string.hexdigits)
    return from_seconds(int(id_[:8], 16)) if is_one else None


def from_seconds(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def text_of(value: object) -> str:
    """Codes come as text or as numbers.

    >>> text_of(4), text_of(" 4 "), text_of(None), text_of([])
    ('4', '4', '', '')
    """
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def plain(value: object) -> str | None:
    """What the post says, on one line."""
    return " ".join(value.split())[:LONGEST] or None if isinstance(value, str) else None
