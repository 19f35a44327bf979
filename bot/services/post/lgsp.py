"""VNPost's public administration service through a province's bus, LGSP (DOMAIN §3.2; docs/connect-the-post.md).

As NGSP, but for three things: the token goes in a header of its own; each order brings its tracking number, from a
pool that the post has given us beforehand; and FlagConfig is 2, as in production code that does not say why. That
code shows order/post alone: cancelling and the feed are taken to be passed through as on NGSP.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from bot.pickup.order import Order, Visit
from bot.services.http import TIMEOUT, Call
from bot.services.post.gateway import Batch, PostError, Receipt
from bot.services.post.hcc import Communes, order_fields
from bot.services.post.hcc_bus import Bus
from bot.services.post.http import Http
from bot.services.post.ngsp import ARRIVED, MOVED, Account
from bot.services.post.statuses import load_codes
from bot.services.post.tokens import Tokens

FLAG_CONFIG = 2

TakeItem = Callable[[str], Awaitable[str]]
"""Gives an order number its tracking number, always the same one. Raises LookupError when the pool is empty."""


class LgspGateway:
    name = "lgsp"

    def __init__(
        self,
        session: ClientSession,
        account: Account,
        communes: Communes,
        take_item: TakeItem,
        timeout: ClientTimeout = TIMEOUT,
    ) -> None:
        self._http = Http(session, timeout)
        self._tokens = Tokens(self._http, account.credentials, self.name)
        self._bus = Bus(self.name, account.urls, account.customer, load_codes()[self.name], self._ask)
        self._communes, self._take_item = communes, take_item

    async def place(self, order: Order, *, again: bool) -> Receipt:
        """`again` makes no difference here."""
        item = await self._item(order)
        await self._bus.order(self._fields(order, order.visit, item), ARRIVED)
        return Receipt(item)

    async def cancel(self, order: Order, item: str | None) -> None:
        await self._bus.cancel(order.number)

    async def move(self, order: Order, item: str | None, visit: Visit) -> None:
        await self._bus.order(self._fields(order, visit, item or await self._item(order)), MOVED)

    async def news(self, cursor: str, open_orders: Sequence[tuple[str, str | None]]) -> Batch:
        return await self._bus.news(cursor)

    async def _item(self, order: Order) -> str:
        try:
            return await self._take_item(order.number)
        except LookupError:  # the order waits until the office has put new numbers into the pool
            raise PostError(f"{self.name}: no tracking number left", retryable=True) from None

    def _fields(self, order: Order, visit: Visit, item: str) -> dict[str, Any]:
        fields = order_fields(order, visit, self._communes, self._bus.customer)
        return {**fields, "ItemCode": item, "FlagConfig": FLAG_CONFIG}

    async def _ask(self, call: Call) -> dict[str, Any]:
        async def with_token(token: str) -> dict[str, Any]:
            return await self._http.ask(call.carrying({"access_token": token}))

        return await self._tokens.with_token(with_token)
