"""VNPost's public administration service through the national bus, NGSP (DOMAIN §3.1; docs/connect-the-post.md).

OrderNumber, our order number, is what makes two calls one order: the post answers 101 to the second. There is no call
to change an order. A new visit is told by the same order/post with another description: a post that takes it answers
102 (or 100); one that only says 101, "already sent", has not taken it, and then we say so rather than promise. To
cancel and to order anew would need a second number, and leave the citizen without a postman if killed in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from bot.pickup.order import Order, Visit
from bot.services.http import TIMEOUT, Call
from bot.services.post.gateway import Batch, Receipt
from bot.services.post.hcc import Communes, order_fields
from bot.services.post.hcc_bus import Bus, Urls
from bot.services.post.http import Http
from bot.services.post.statuses import Means, load_codes
from bot.services.post.tokens import Credentials, Tokens

ARRIVED: tuple[Means, ...] = ("done", "known", "changed", "late")  # late: it is there, and was moved since
MOVED: tuple[Means, ...] = ("done", "changed")


@dataclass(frozen=True)
class Account:
    """What the post gives with a connection."""

    urls: Urls
    credentials: Credentials
    customer: str = field(repr=False)  # CustomerCode


class NgspGateway:
    name = "ngsp"

    def __init__(
        self, session: ClientSession, account: Account, communes: Communes, timeout: ClientTimeout = TIMEOUT
    ) -> None:
        self._http = Http(session, timeout)
        self._tokens = Tokens(self._http, account.credentials, self.name)
        self._bus = Bus(self.name, account.urls, account.customer, load_codes()[self.name], self._ask)
        self._communes = communes

    async def place(self, order: Order, *, again: bool) -> Receipt:
        """`again` makes no difference here."""
        await self._bus.order(self._fields(order, order.visit), ARRIVED)
        return Receipt()

    async def cancel(self, order: Order, item: str | None) -> None:
        await self._bus.cancel(order.number)

    async def move(self, order: Order, item: str | None, visit: Visit) -> None:
        await self._bus.order(self._fields(order, visit), MOVED)

    async def news(self, cursor: str, open_orders: Sequence[tuple[str, str | None]]) -> Batch:
        return await self._bus.news(cursor)

    def _fields(self, order: Order, visit: Visit) -> dict[str, Any]:
        return order_fields(order, visit, self._communes, self._bus.customer)

    async def _ask(self, call: Call) -> dict[str, Any]:
        async def with_token(token: str) -> dict[str, Any]:
            return await self._http.ask(call.carrying({"Authorization": f"Bearer {token}"}))

        return await self._tokens.with_token(with_token)
