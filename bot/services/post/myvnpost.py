"""MyVNPost Connect, the commercial interface of the post (DOMAIN §3.3), as a PostGateway.

Known, from clients in use: the endpoints; the token in a header named `token`, renewed on 401 and 403; look-ups by
type 1 item, 2 saleOrderCode, 3 original id, so an order can be found by our own number; cancelling and correcting by
the original id, decided as a case (00 yes, 02 waits for approval, else no); times dd/MM/yyyy HH:mm:ss of Viet Nam.
Assumed: an order that is not there is an empty list or 404; the history by type 2 holds every order of that number.

There is no idempotency key: two CreateOrder with the same saleOrderCode make two orders. `place` with `again` therefore
looks first, and where a call that was thought lost arrives after all, it keeps the oldest and cancels the rest.
"""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain

import structlog
from aiohttp import ClientSession

from bot.pickup.order import Order, Visit
from bot.pickup.progress import News
from bot.services.post import myvnpost_forms as forms
from bot.services.post.gateway import Batch, PostError, Receipt
from bot.services.post.myvnpost_account import PATIENCE, Account, Answer, Connection
from bot.services.post.myvnpost_answers import (
    BACK,
    Case,
    Leg,
    Record,
    case_of,
    charge_of,
    content_of,
    news_of,
    records_of,
)
from bot.services.post.myvnpost_areas import Area, Areas
from knowledge.places.book import PlaceBook

log = structlog.get_logger()

BY_NUMBER = "2"  # type of a look-up
AT_ONCE = 8  # histories asked for side by side


class MyVNPost:
    """Every call raises PostError. One for the whole service: it keeps the token and the post's lists of places."""

    name = "myvnpost"

    def __init__(self, http: ClientSession, account: Account, book: PlaceBook, patience: float = PATIENCE) -> None:
        self._account = account
        self._connection = Connection(http, account, patience)
        self._areas = Areas(self._connection, book)
        self._few = asyncio.Semaphore(AT_ONCE)

    async def place(self, order: Order, *, again: bool) -> Receipt:
        if again and (known := await self._known(order)):
            return Receipt(known.item)
        body = forms.creation(order, self._account, *await self._ends(order))
        private = forms.private_of(order)
        made = records_of(content_of(await self._connection.post("/CreateOrder", body), private))
        if not made:
            raise PostError("MyVNPost answers an order with nothing", retryable=True)
        return Receipt(made[0].item)

    async def cancel(self, order: Order, item: str | None) -> None:
        """All there is under its number. The post says no once the parcel is in its hands."""
        for record in await self._records(order.number):
            if not record.gone:
                await self._cancel(record, forms.private_of(order))

    async def move(self, order: Order, item: str | None, visit: Visit) -> None:
        record = await self._known(order)
        if record is None:
            raise PostError("MyVNPost has no such order", retryable=False)
        body = forms.correction(order, self._account, *await self._ends(order), record, visit)
        await self._decided(record, await self._connection.post("/orderCorrection", body), forms.private_of(order))

    async def news(self, cursor: str, open_orders: Sequence[tuple[str, str | None]]) -> Batch:
        """Each history whole, every time: News.key tells what was told before. There is no feed, so no cursor.

        What went wrong with some orders comes with the next call; only when none could be asked it is an error.
        """
        asked = [self._history(number, item) for number, item in open_orders]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        told: list[list[News]] = []
        for (number, _), answer in zip(open_orders, answers, strict=True):
            if isinstance(answer, PostError):
                log.warning("myvnpost: no history", order=number, reason=str(answer))
            elif isinstance(answer, BaseException):
                raise answer
            else:
                told.append(answer)
        if open_orders and not told:
            raise PostError("MyVNPost gives no history at all", retryable=True)
        return Batch(sorted(chain.from_iterable(told), key=lambda news: news.at), cursor="")

    async def charge(self, order: Order) -> Decimal | None:
        """VND, VAT included, for the way to the agency, provisional as the post says; None: it names no price."""
        body = forms.charge(order, self._account, *await self._ends(order))
        answer = await self._connection.post("/ServicesCharge", body)
        return charge_of(content_of(answer, forms.private_of(order)), self._account.service)

    async def _ends(self, order: Order) -> tuple[Area, Area]:
        home = await self._areas.of(order.address.commune, order.agency.province)
        return home, await self._areas.of(order.agency.commune, order.agency.province)

    async def _known(self, order: Order) -> Record | None:
        """The one order under this number, whatever became of it. A second one that lives is cancelled."""
        records = await self._records(order.number)
        living = [record for record in records if not record.gone]
        for extra in living[1:]:
            log.warning("myvnpost: two orders of one number", order=order.number)
            await self._cancel(extra, forms.private_of(order))
        return next(chain(living, records), None)

    async def _records(self, number: str) -> list[Record]:
        answer = await self._connection.get("/getOrder", type=BY_NUMBER, code=number)
        if answer.status == 404 and answer.readable:
            return []
        return [record for record in records_of(content_of(answer)) if record.number in (number, None)]

    async def _cancel(self, record: Record, private: Sequence[str]) -> None:
        answer = await self._connection.post("/orderCancel", {"OriginalId": record.original})
        await self._decided(record, answer, private)

    async def _decided(self, record: Record, answer: Answer, private: Sequence[str]) -> None:
        """A case that waits for approval is asked about once, and by the next attempt again."""
        case = case_of(content_of(answer, private), private)
        if case.means == "later" and case.id and record.original:
            query = {"OriginalId": record.original, "CaseId": case.id}
            answer = await self._connection.get("/orderCorrection/updateCase", **query)
            case = case_of(content_of(answer, private), private)
        settle(case)

    async def _history(self, number: str, item: str | None) -> list[News]:
        """With that of the result's way home, once the dossier is at the desk."""
        told = await self._leg(number, item, "there")
        if any(news.status == "handed_over" for news in told):
            told += await self._leg(number, None, "back")
        return told

    async def _leg(self, number: str, item: str | None, leg: Leg) -> list[News]:
        code = number + BACK if leg == "back" else number
        async with self._few:
            answer = await self._connection.get("/GetStatusHistoryOrder", type=BY_NUMBER, code=code)
        if answer.status == 404 and answer.readable:
            return []
        return news_of(content_of(answer), number, item, leg)


def settle(case: Case) -> None:
    """Raises PostError unless the post agreed."""
    if case.means == "later":
        raise PostError("MyVNPost has not decided yet", retryable=True)
    if case.means != "done":
        raise PostError("MyVNPost says no to the case", retryable=False, reason=case.words)
