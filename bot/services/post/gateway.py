"""What the bot asks of the post, whichever of its systems stands behind (DOMAIN §3.1-3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.pickup.order import Order, Visit
from bot.pickup.progress import News


class PostError(Exception):
    """The post did not do as asked. The message holds no personal data and no secret.

    `retryable`: the same call may succeed later, and it is not known whether this one was carried out.
    Not retryable: the post said no, for a `reason` that may be told to the citizen.
    """

    def __init__(self, message: str, *, retryable: bool, reason: str | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.reason = reason


@dataclass(frozen=True)
class Receipt:
    """The post has the order. `item`: its tracking number, when it gives one at once."""

    item: str | None = None


@dataclass(frozen=True)
class Batch:
    """News since a cursor, oldest first, and the cursor to ask with next time."""

    news: Sequence[News]
    cursor: str
    more: bool = False  # whether there is more already


class PostGateway(Protocol):
    """Every call raises PostError. `place` may be called again with the same order: it stays one order at the post."""

    name: str

    async def place(self, order: Order, *, again: bool) -> Receipt:
        """`again`: an earlier call may have arrived; the gateway makes sure that it is one order."""
        ...

    async def cancel(self, order: Order, item: str | None) -> None:
        """An order the post no longer has, or never had, is cancelled."""
        ...

    async def move(self, order: Order, item: str | None, visit: Visit) -> None: ...

    async def news(self, cursor: str, open_orders: Sequence[tuple[str, str | None]]) -> Batch:
        """An empty cursor: from the start. `open_orders`: (number, item), for gateways asked order by order."""
        ...
