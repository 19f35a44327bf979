"""The three calls of VNPost's public administration service, the same behind the national and a provincial bus."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from yarl import URL

from bot.services.http import Call
from bot.services.post.gateway import Batch, PostError
from bot.services.post.hcc_feed import FIRST, UnreadableError, newest, news_of, plain, rows_of, text_of
from bot.services.post.statuses import Codes, Means, short

log = structlog.get_logger()

A_PAGE = 1000  # events: the most there are


@dataclass(frozen=True)
class Urls:
    """Where the calls are; buses put them where they like."""

    order: URL
    cancel: URL
    tracking: URL


def below(base: str) -> Urls:
    """As they were under …/apiVNPostNGSP/p1.0 (DOMAIN §3.1)."""
    return Urls(*(URL(base) / "order" / call for call in ("post", "cancel", "tracking")))


@dataclass(frozen=True)
class Bus:
    """`ask` makes the call with a token in its headers. Every method raises PostError."""

    name: str
    urls: Urls
    customer: str
    codes: Codes
    ask: Callable[[Call], Awaitable[dict[str, Any]]]

    async def order(self, fields: Mapping[str, Any], accepted: Collection[Means]) -> None:
        call = Call(f"{self.name} order/post", "POST", self.urls.order, {}, body=fields)
        self._check(call, await self.ask(call), accepted)

    async def cancel(self, number: str) -> None:
        """One that the post does not have, or has cancelled before, is cancelled."""
        query = {"CustomerCode": self.customer, "OrderNumber": number}
        call = Call(f"{self.name} order/cancel", "GET", self.urls.cancel, {}, query=query)
        self._check(call, await self.ask(call), ("done", "known", "absent"))

    async def news(self, cursor: str) -> Batch:
        query = {"pagesize": str(A_PAGE), "lastId": cursor or FIRST}
        call = Call(f"{self.name} order/tracking", "GET", self.urls.tracking, {}, query=query)
        try:
            rows = rows_of(await self.ask(call))
        except UnreadableError:
            raise self._not_understood(call) from None
        following = newest(rows, cursor or FIRST)
        more = len(rows) >= A_PAGE and following != cursor
        return Batch(news_of(rows, self.codes, self.name), following, more)

    def _check(self, call: Call, answer: Mapping[str, Any], accepted: Collection[Means]) -> None:
        """An HTTP 200 says nothing yet: `Status` does."""
        status = text_of(answer.get("Status"))
        if not status:
            raise self._not_understood(call)
        means = self.codes.meant(status)
        if means in accepted:
            return
        if means == "later":
            raise PostError(f"{call.name}: not now, status {short(status)}", retryable=True)
        log.warning("post: refused", call=call.name, status=short(status), means=means)
        why = None if means == "known" else plain(answer.get("Message"))  # "already sent" is no reason to give
        raise PostError(f"{call.name}: refused, status {short(status)}", retryable=False, reason=why)

    def _not_understood(self, call: Call) -> PostError:
        log.warning("post: answer not understood", call=call.name)
        return PostError(f"{call.name}: answer not understood", retryable=True)
