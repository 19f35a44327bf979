"""Orders for tests of what is said of them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from bot.app import know
from bot.dialogue.events import Content, interpret
from bot.dialogue.states import AnyState, Home, Memory
from bot.dialogue.step import CancelOrder, CorrectOrder, MoveOrder, Reply, Step, Text
from bot.dialogue.table import advance
from bot.dialogue.world import Own, Under, World
from bot.pickup.order import Address, Order, PaperLine, Person, Return, Visit
from bot.pickup.progress import Status
from bot.texts.render import render
from knowledge.clocks import Clocks
from knowledge.order_numbers import order_number
from knowledge.quote import Quote, QuoteLine, StateFee
from knowledge.tongue import Language
from procedures_catalog.catalog import load
from procedures_catalog.models import Source
from tests.pretend_post import order as usual_order

NOW = datetime.fromisoformat("2026-11-21T12:00")  # a Saturday; Tuesday the 24th is a holiday
BEFORE = datetime.fromisoformat("2026-11-20T09:00")
VISIT = Visit(day=date(2026, 11, 26), shift="morning")  # a Thursday
SOURCE = Source(document="17/2017/TT-BTTTT", as_of=date(2026, 7, 1))
FIRST, SECOND, FOREIGN = (order_number(date(2026, 11, 21), fresh) for fresh in ("4F7KQ", "0ABCD", "ZZZZZ"))
COMMUNE = "05977"  # phường Đông Kinh, Lạng Sơn
CHAT = "test:1"


@cache
def the_world() -> World:
    return know(load(), at=lambda: NOW)


def an_order(number: str = FIRST, language: Language = "vi", trial: bool = False, **more: object) -> Order:
    told = {
        "number": number,
        "chat": CHAT,
        "language": language,
        "sender": Person(name="Nguyễn Thị Lan", phone="+84912345678"),
        "address": Address(commune=COMMUNE, street="12 Trần Phú", landmark="chợ Đông Kinh"),
        "visit": VISIT,
        "papers": (
            PaperLine(name="Tờ khai", form="original", count=1, ready=True),
            PaperLine(name="Giấy chứng sinh", form="original", count=1, ready=False),
        ),
        "back": Return(),
        "note": None,
        "quote": Quote(
            lines=(QuoteLine(what="send", low=Decimal(26000), high=Decimal(30000), source=SOURCE),),
            percent_off=0,
            grams=100,
            state_fee=StateFee(low=Decimal(0), high=Decimal(0)),
        ),
        "clocks": Clocks(
            pickup=VISIT.day,
            at_agency=(date(2026, 11, 27), date(2026, 11, 30)),
            result=(date(2026, 11, 30), date(2026, 12, 1)),
            home=(date(2026, 12, 1), date(2026, 12, 3)),
            source=SOURCE,
        ),
        "consent": "2026-11",
        "trial": trial,
        "ordered_at": BEFORE,
    }
    return usual_order(**told | more)


def under(status: Status = "accepted", number: str = FIRST, to_cancel: bool = False, **more: object) -> Under:
    item = "EB473124829VN" if status not in ("kept", "accepted") else None
    reason = "Không có người ở nhà" if status.endswith("failed") else None
    return Under(an_order(number, **more), status, BEFORE, item, reason, to_cancel)  # type: ignore[arg-type]


def answer(
    content: Content,
    *orders: Under,
    state: AnyState = Home(),  # noqa: B008
    memory: Memory = Memory(ordered=True),  # noqa: B008
    full: frozenset[Visit] = frozenset(),
) -> Step:
    world = the_world()
    return advance(state, interpret(content, world.understanding), world.given(memory, Own(orders, full), CHAT))


def changes(step: Step) -> list[object]:
    """What the post will be asked for."""
    return [c for c in step.commands if isinstance(c, MoveOrder | CancelOrder | CorrectOrder)]


def keys(*replies: Reply) -> list[str]:
    """Of all texts on screen, those within others too."""
    return [key for reply in replies for line in reply.lines for key in keys_in(line.words)]


def keys_in(words: object) -> list[str]:
    if isinstance(words, Text):
        return [words.key, *(key for value in words.values.values() for key in keys_in(value))]
    if isinstance(words, tuple):
        return [key for part in words for key in keys_in(part)]
    return []


def options(*replies: Reply) -> list[str]:
    return [button.option for reply in replies for button in reply.buttons]


def screen(step: Step | Reply, language: str = "vi") -> str:
    replies = step.replies if isinstance(step, Step) else (step,)
    shown = (line.words for reply in replies for line in render(reply, language).lines)
    return "\n".join(shown).replace("\N{NO-BREAK SPACE}", " ")
