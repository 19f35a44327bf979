"""What MyVNPost answers, read: which order, which case, which events; and whether a call may be tried again."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal

import structlog

from bot.pickup.progress import News, Status
from bot.services.post.filed import dossier_told
from bot.services.post.gateway import PostError
from bot.services.post.myvnpost_account import Answer
from bot.services.post.statuses import EventCode, Means, load_codes, short
from knowledge.text import fold, tidy
from knowledge.zone import VIETNAM

log = structlog.get_logger()

Leg = Literal["there", "back"]

LAST = datetime.max.replace(tzinfo=VIETNAM)  # where the post does not say when
BACK = "-KQ"  # behind our order number: the item that brings the result (kết quả) home
REFUSED = frozenset({400, 409, 422})  # about what was asked; other errors are about us, or about the post
DATES = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d")
HOURS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
LONG_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){5,}")
WHY = ("reason", "reasonName", "note", "statusReason")  # of an event
MOST_WORDS = 200  # characters of the post's own words
RETOLD: frozenset[Status] = frozenset({"collection_failed", "delivery_failed"})  # each time is another time


class UnknownStatusError(LookupError):
    """A status that is not in statuses.yaml."""


@dataclass(frozen=True)
class Statuses:
    """MyVNPost's, and those of its predecessor donhang.vnpost.vn, which still turn up in histories."""

    legs: Mapping[Leg, Mapping[str, EventCode]]
    by_name: Mapping[str, str]  # folded; some answers name the status and give no code

    def code(self, code: object, name: object = None) -> str:
        """Raises UnknownStatusError."""
        known = text_of(code) or ""
        if known.isdecimal():
            return str(int(known))
        if isinstance(name, str) and (found := self.by_name.get(fold(name))):
            return found
        raise UnknownStatusError

    def means(self, code: str, leg: Leg) -> Status | None:
        """Raises UnknownStatusError."""
        if code not in self.legs[leg]:
            raise UnknownStatusError
        return self.legs[leg][code].status


@cache
def load_statuses() -> Statuses:
    there = {**load_codes()["donhang"].events, **load_codes()["myvnpost"].events}
    back = {**load_codes()["donhang_back"].events, **load_codes()["myvnpost_back"].events}
    return Statuses({"there": there, "back": back}, {fold(row.says): code for code, row in there.items()})


@dataclass(frozen=True)
class Record:
    """One order at the post. `original` is what cancelling and correcting are asked by."""

    number: str | None
    item: str | None
    original: str | None
    status: str | None
    created: datetime | None

    @property
    def gone(self) -> bool:
        known = load_statuses().legs["there"].get(self.status or "")
        return known is not None and known.status == "cancelled"


@dataclass(frozen=True)
class Case:
    """What became of a cancellation or correction."""

    means: Means | None  # None: no
    id: str | None
    words: str | None


def content_of(answer: Answer, private: Iterable[str] = ()) -> Any:
    """Raises PostError. `private`: what must not come back in the post's own words."""
    refused = answer.status in REFUSED or (answer.good and answer.wants_token)
    if not answer.readable or not (answer.good or refused):
        raise PostError(f"MyVNPost answers HTTP {answer.status}, {seen(answer)}", retryable=True)
    if refused:
        words = words_of(answer.content, private)
        raise PostError(f"MyVNPost says no: HTTP {answer.status}", retryable=False, reason=words)
    return answer.content


def seen(answer: Answer) -> str:
    return "readable" if answer.readable else "not readable"


def words_of(content: Any, private: Iterable[str] = ()) -> str | None:
    """The post's own reason, for the citizen; without long numbers, and none at all when it repeats who they are."""
    message = (
        first(content, "errorMessage", "message", "Message", "note", "Note") if isinstance(content, dict) else None
    )
    if not isinstance(message, str) or not (said := tidy(message, MOST_WORDS)):
        return None
    folded = f" {fold(said)} "
    if any(f" {fold(part)} " in folded for part in private if fold(part)):
        return None
    return LONG_NUMBER.sub("…", said)


def records_of(content: Any) -> list[Record]:
    """[{results: […]}], {results: […]}, {data: …}, or the record itself, as the endpoint likes; oldest first.

    Raises PostError, retryable: what cannot be read may hold an order all the same.
    """
    records = [record_of(row) for row in rows_of(content)]
    return sorted(records, key=lambda record: record.created or LAST)


def rows_of(content: Any) -> Iterator[dict[str, Any]]:
    match content:
        case None:
            return
        case list():
            for part in content:
                yield from rows_of(part)
        case {"results": inner} | {"data": inner}:
            yield from rows_of(inner)
        case dict() if not content:
            return
        case dict() if first(content, "itemCode", "originalID", "originalId"):
            yield content
        case _:
            raise PostError("MyVNPost answers what is no order", retryable=True)


def record_of(row: Mapping[str, Any]) -> Record:
    status = row.get("status")
    return Record(
        number=text_of(row.get("saleOrderCode")),
        item=text_of(first(row, "itemCode", "originalItemCode")),
        original=text_of(first(row, "originalID", "originalId", "OriginalId")),
        status=text_of(status),
        created=local_time(row.get("createdDate")),
    )


def case_of(content: Any, private: Iterable[str] = ()) -> Case:
    """An object or a list of one, its keys in capitals or not."""
    row = content[0] if isinstance(content, list) and content else content
    if not isinstance(row, dict):
        raise PostError("MyVNPost answers no case", retryable=True)
    kind = text_of(first(row, "Type", "type"))
    means = load_codes()["myvnpost"].meant(kind) if kind else "later"  # a bare caseId has been seen: not decided yet
    return Case(means, text_of(first(row, "CaseId", "caseId")), words_of(row, private))


def charge_of(content: Any, service: str) -> Decimal | None:
    """The whole fee, VAT included, of the row of our service; None: the post names none."""
    rows = content.get("data", content) if isinstance(content, dict) else content
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, dict) and row.get("serviceCode", service) == service:
            return money_of(row.get("totalFee"))
    return None


def money_of(value: object) -> Decimal | None:
    try:
        sum_ = Decimal(str(value)) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return sum_ if sum_ is not None and sum_.is_finite() and sum_ > 0 else None


def news_of(content: Any, number: str, item: str | None, leg: Leg) -> list[News]:
    """The history of one order, oldest first, each status once in a row; `item`: which of several is ours."""
    blocks = list(blocks_of(content))
    ours = [block for block in blocks if item and block.get("itemCode") == item] or blocks
    told = sorted((news for block in ours for news in events_of(block, number, leg)), key=lambda news: news.at)
    return list(without_repeats(told))


def blocks_of(content: Any) -> Iterator[dict[str, Any]]:
    """{data: [{itemCode, statusHistory}]}, {data: {…}}, or what is inside of it."""
    inner = content["data"] if isinstance(content, dict) and "data" in content else content
    for block in inner if isinstance(inner, list) else [inner]:
        if isinstance(block, dict):
            yield block


def events_of(block: Mapping[str, Any], number: str, leg: Leg) -> Iterator[News]:
    history = first(block, "statusHistory", "statusHistory ")  # the blank has been seen
    item = text_of(block.get("itemCode"))
    for row in history if isinstance(history, list) else ():
        at = (
            local_time(row.get("createdDate"), first(row, "createHour", "createdHour"))
            if isinstance(row, dict)
            else None
        )
        if at is None:
            log.warning("myvnpost: an event without a time", order=number)
            continue
        news = news_from(row, number, leg, at, item)
        if news:
            yield news


def news_from(row: Mapping[str, Any], number: str, leg: Leg, at: datetime, item: str | None) -> News | None:
    """None: nothing to tell of it, or a status that nobody knows, which the log then says."""
    code = row.get("statusCode")
    try:
        known = load_statuses().code(code, row.get("statusName"))
        status = load_statuses().means(known, leg)
    except UnknownStatusError:
        log.warning("myvnpost: a status that is not known", order=number, code=short(text_of(code) or ""))
        return None
    if status is None:
        return None
    return News(
        order=number,
        key=key_of(number, leg, known, at),
        status=status,
        at=at,
        item=item,
        reason=words_of({"note": first(row, *WHY)}),
        code=known,
        dossier=dossier_told(status, *map(row.get, WHY)),
    )


def key_of(number: str, leg: Leg, code: str, at: datetime) -> str:
    """Order, code and time: the post gives its events no number of their own.

    >>> key_of("ND261122-4F7KQ2", "back", "14", datetime(2026, 11, 25, 9, 5, tzinfo=VIETNAM))
    'myvnpost:ND261122-4F7KQ2-KQ:14:20261125T090500'
    """
    whose = number + (BACK if leg == "back" else "")
    return f"myvnpost:{whose}:{code}:{at.astimezone(VIETNAM):%Y%m%dT%H%M%S}"


def without_repeats(told: Sequence[News]) -> Iterator[News]:
    """ "Đã lấy" and then "Bưu cục đã nhận" are one thing to a citizen: the first of a row stays, and its key."""
    last: News | None = None
    for news in told:
        if last is None or (news.key != last.key and tells_more(news, last)):
            yield news
        last = news


def tells_more(news: News, last: News) -> bool:
    return news.status != last.status or news.status in RETOLD or (news.dossier is not None and last.dossier is None)


def local_time(day: object, hour: object = None) -> datetime | None:
    """
    >>> local_time("24/11/2026", "08:30:00").isoformat(), local_time("24-11-2026 08:30:00").hour
    ('2026-11-24T08:30:00+07:00', 8)
    >>> local_time("31/02/2026", "08:30:00"), local_time("24/11/2026"), local_time(None, "08:30")
    (None, None, None)
    """
    if not isinstance(day, str) or not isinstance(hour, str | None):
        return None
    words = f"{day} {hour or ''}".replace("T", " ").split()
    if len(words) != 2:
        return None
    for form in (f"{date} {time}" for date in DATES for time in HOURS):
        try:
            return datetime.strptime(" ".join(words), form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


def first(row: Mapping[str, Any], *keys: str) -> Any:
    """The first of these that is there and is not empty."""
    return next((row[key] for key in keys if row.get(key) not in (None, "")), None)


def text_of(value: object) -> str | None:
    return str(value).strip() or None if isinstance(value, int | str) and not isinstance(value, bool) else None
