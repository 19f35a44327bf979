"""Ways of handing in, and what holds for each: fees, working times, the post, the internet."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from procedures_catalog.importers.amounts import read_duration
from procedures_catalog.importers.fees import composed, read_fees
from procedures_catalog.importers.papers import LONGEST_ADVICE
from procedures_catalog.importers.report import Doubting, shorten
from procedures_catalog.importers.rows import Row, all_words, mappings, words
from procedures_catalog.models import Duration, Fee, Postal, PostalWay, Source

RETURN_BY_POST = Source(document="45/2016/QĐ-TTg", article="Điều 5", as_of=date(2026, 7, 1))

CHANNELS = {"trực tiếp": "direct", "trực tuyến": "online", "bưu chính": "post", "dịch vụ bưu chính": "post"}
STEPS_NAME_FEE = "Cổng ghi miễn phí, nhưng trình tự có nói tới việc nộp phí, lệ phí"
PAYS = re.compile(r"\b(?:nộp|thu) (?:phí|lệ phí)\b", re.IGNORECASE)
PAGE_STYLE = re.compile(r"miễn phí|[\d.,]+ (?:vnđ|việt nam đồng|usd)", re.IGNORECASE)  # its page shows one fee a way


@dataclass(frozen=True)
class Way:
    """One way of handing in, as one row of the portal's table."""

    channel: str | None
    duration: str | None
    fee: object
    items: object
    about: str | None

    @property
    def fee_words(self) -> str | None:
        return words(self.fee) or "; ".join(map(composed, mappings(self.items))) or None


def read_ways(row: Row) -> list[Way]:
    rows = mappings(row.get("channels"))
    return [
        Way(
            channel=CHANNELS.get((words(one.get("channel")) or "").lower()),
            duration=words(one.get("duration_text")),
            fee=one.get("fee_text"),
            items=one.get("fee_items"),
            about=words(one.get("description")),
        )
        for one in rows
    ]


def offers(ways: Sequence[Way], channel: str) -> bool | None:
    """Whether the channel is among those listed; a list with an unreadable entry cannot say no."""
    channels = {way.channel for way in ways}
    if channel in channels:
        return True
    return None if not ways or None in channels else False


def read_online(row: Row, ways: Sequence[Way]) -> bool | None:
    """As an official list says, else whether the internet is among the ways listed."""
    return row["online"] if isinstance(row.get("online"), bool) else offers(ways, "online")


def read_postal(row: Row, ways: Sequence[Way], doubt: Doubting) -> Postal:
    stated = row.get("postal")
    if isinstance(stated, dict):
        return Postal(send=as_stated(stated.get("send")), back=as_stated(stated.get("back")))
    unreadable = [way for way in ways if way.channel is None]
    if unreadable:
        doubt("channel_not_mapped", str(len(unreadable)))
    sending = offers(ways, "post")
    send = PostalWay(possible=sending, obstacle="not_offered" if sending is False else None)
    return Postal(send=send, back=read_return(row.get("returning_methods"), sending))


def as_stated(possible: object) -> PostalWay:
    """A yes or no of an official list; anything else is not known."""
    known = possible if isinstance(possible, bool) else None
    return PostalWay(possible=known, obstacle="not_offered" if known is False else None)


def read_return(methods: object, sending: bool | None) -> PostalWay:
    """How the result comes home: as the portal says, else as the law promises where the post is taken."""
    known = {way: all_words(value) for way, value in methods.items()} if isinstance(methods, dict) else {}
    home = [way for way, places in known.items() if "AT_HOME" in places]
    if home:
        only_online = home == ["ONLINE"] and "OFFLINE" in known
        return PostalWay(possible=True, note="chỉ khi nộp trực tuyến" if only_online else None)
    if any(known.values()):
        return PostalWay(possible=False, obstacle="not_offered")
    return PostalWay(possible=True, source=RETURN_BY_POST) if sending else PostalWay(possible=None)


def merged_fees(ways: Sequence[Way], row: Row, doubt: Doubting) -> tuple[Fee, ...]:
    """The fees of all ways, equal ones once; doubts are taken down once, not for each way."""
    once = only_once(doubt)
    flags = all_words(row.get("parse_flags"))
    telling = distinguishing(ways, "fee_words")
    found: dict[Fee, list[str | None]] = {}
    for way in ways:
        glued = "duration_fee_glued" in flags and way.duration is None
        for read in read_fees(way.fee, way.items, once, glued):
            fee = checked_with_steps(read, row.get("steps_text"), once)
            about = way.about if way.channel in telling and not fee.only_if else None
            told = fee.model_copy(update={"only_if": shorten(about, LONGEST_ADVICE)}) if about else fee
            found.setdefault(told, []).append(way.channel)
    if any(way.items is None and PAGE_STYLE.match(way.fee_words or "") for way in ways):
        doubt("only_first_fee_shown")
    return tuple(fee.model_copy(update={"channels": said(found[fee], ways)}) for fee in found)


def checked_with_steps(fee: Fee, steps: object, doubt: Doubting) -> Fee:
    """A bare "free" is not believed when the steps of the same procedure speak of paying."""
    told = PAYS.search(steps) if isinstance(steps, str) and fee == Fee(kind=fee.kind, amount=Decimal(0)) else None
    if told is None:
        return fee
    doubt("free_but_steps_name_fee", shorten(words(told.string[told.start() :]) or "", 120))
    return Fee(kind=fee.kind, amount=None, unknown="depends", note=STEPS_NAME_FEE)


def merged_durations(ways: Sequence[Way], row: Row, doubt: Doubting) -> tuple[Duration, ...]:
    once, telling = only_once(doubt), distinguishing(ways, "duration")
    found: dict[Duration, list[str | None]] = {}
    for way in ways:
        about = shorten(way.about, LONGEST_ADVICE) if way.about and way.channel in telling else None
        duration = read_duration(way.duration, about, row.get("steps_text"), once)
        if duration:
            found.setdefault(duration, []).append(way.channel)
    doubt_undistinguished(found, doubt)
    return tuple(one.model_copy(update={"channels": said(found[one], ways)}) for one in found)


def doubt_undistinguished(durations: Mapping[Duration, Sequence[str | None]], doubt: Doubting) -> None:
    """Two working times for one way with nothing to tell which is whose."""
    silent = Counter(channel for one, of in durations.items() if not one.note for channel in set(of))
    if any(times > 1 for times in silent.values()):
        doubt("durations_not_told_apart")


def distinguishing(ways: Sequence[Way], key: str) -> set[str | None]:
    """Channels listed several times with different values, where the descriptions differ too."""
    values: dict[str | None, set[Any]] = {}
    descriptions: dict[str | None, set[str | None]] = {}
    for way in ways:
        values.setdefault(way.channel, set()).add(getattr(way, key))
        descriptions.setdefault(way.channel, set()).add(way.about)
    return {channel for channel in values if len(values[channel]) > 1 and len(descriptions[channel]) > 1}


def said(channels: Sequence[str | None], ways: Sequence[Way]) -> tuple[str, ...]:
    """The channels a fact holds for; none named when it holds for all that are listed."""
    mine = {channel for channel in channels if channel}
    listed = {way.channel for way in ways if way.channel}
    return () if mine == listed else tuple(channel for channel in ("direct", "online", "post") if channel in mine)


def only_once(doubt: Doubting) -> Doubting:
    seen: set[tuple[str, str]] = set()

    def once(kind: str, detail: str = "") -> None:
        if (kind, detail) not in seen:
            seen.add((kind, detail))
            doubt(kind, detail)

    return once
