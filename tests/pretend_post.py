"""What the tests of the post share: an order of a citizen who must be found in no log, and patience with faults."""

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from aiohttp import ClientTimeout, web
from structlog.testing import capture_logs

from bot.pickup.order import Address, Agency, Order, PaperLine, Person, Return, Visit
from bot.services.post.gateway import PostError
from bot.services.post.hcc import Communes
from knowledge.clocks import Clocks
from knowledge.quote import Quote, QuoteLine, StateFee
from knowledge.slots import known_places
from procedures_catalog.models import Source

Result = TypeVar("Result")
Serves = Callable[[web.Application], Awaitable[Any]]  # the fixture aiohttp_server

NAME, PHONE, STREET, LANDMARK = "Nông Thị Tuyết Mai", "+84912345678", "số 12B ngõ 7 Trần Phú", "cây đa đầu làng"
RECEIVER, RECEIVER_PHONE, NOTE = "Hoàng Văn Thụ", "+84987654321", "nhà có chó dữ"
SECRET = "s3cr3t-of-the-office"
PRIVATE = (NAME, "Tuyết", PHONE, "912345678", STREET, "Trần Phú", LANDMARK, RECEIVER, "987654321", NOTE, SECRET)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)  # Saturday, nine in the morning
VISIT = Visit(day=date(2026, 11, 25), shift="morning")
LATER = Visit(day=date(2026, 11, 27), shift="afternoon")
SOURCE = Source(document="để thử", as_of=date(2026, 11, 21))


def communes() -> Communes:
    return known_places().book.communes.__getitem__


def number(count: int) -> str:
    return f"ND261121-{count:06d}"


def order(count: int = 1, **changes: Any) -> Order:
    """Where every field of an order is written once for the tests."""
    usual = {
        "number": number(count),
        "chat": "web:1",
        "language": "vi",
        "procedure": "1.001193",
        "procedure_name": "Đăng ký khai sinh",
        "agency": Agency(name="UBND phường Đông Kinh", level="commune", province="20", commune="05977"),
        "sender": Person(name=NAME, phone=PHONE),
        "address": Address(commune="05977", street=STREET, landmark=LANDMARK),
        "visit": VISIT,
        "papers": (PaperLine(name="Giấy chứng sinh", form="original", count=1, ready=True),),
        "back": Return(receiver=Person(name=RECEIVER, phone=RECEIVER_PHONE)),
        "grams": None,
        "exemption": None,
        "forward_fee": False,
        "note": NOTE,
        "quote": Quote(
            lines=(QuoteLine(what="send", low=Decimal(26000), high=Decimal(26000), source=SOURCE),),
            percent_off=0,
            grams=100,
            state_fee=StateFee(low=None, high=None),
        ),
        "clocks": Clocks(
            pickup=VISIT.day,
            at_agency=(VISIT.day, VISIT.day + timedelta(days=1)),
            result=None,
            home=None,
            source=SOURCE,
        ),
        "consent": "1",
        "trial": True,
        "ordered_at": NOW,
    }
    return Order.model_validate(usual | changes)


PATIENT = ClientTimeout(total=60)  # a busy machine must not look like a fault of the post
HASTE = ClientTimeout(total=0.3)  # where the post is slow on purpose, and a call that fails comes again
SLOW = 0.6  # seconds: longer than HASTE


async def insisting(call: Callable[[], Awaitable[Result]], most: int = 60) -> tuple[Result, int]:
    """As durable work does: again while it may help. How often it failed comes with the result."""
    for failures in range(most):
        try:
            return await call(), failures
        except PostError as error:
            if not error.retryable:
                raise
    pytest.fail("it never worked")


@contextmanager
def nothing_private(caplog: pytest.LogCaptureFixture) -> Iterator[list[Any]]:
    """In all that is logged within, by us and by libraries, and in the tracebacks of what is put in the list."""
    raised: list[Any] = []
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        yield raised
    told = [repr(logs), caplog.text, repr(raised)]
    told += ["".join(traceback.format_exception(error)) for error in raised if isinstance(error, BaseException)]
    for words in PRIVATE:
        assert not any(words in text for text in told), words
