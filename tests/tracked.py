"""Dossiers for tests of what is said of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args

from bot.dialogue.events import Content, interpret
from bot.dialogue.states import AnyState, Home, Memory, Tracking
from bot.dialogue.step import Look, Step
from bot.dialogue.table import advance
from bot.dialogue.world import Followed, Looked, Names, Outcome, Own, Under
from bot.dossiers.dossier import Dossier, Happening, Status
from bot.pickup import progress
from tests.ordered import CHAT, FIRST, an_order, the_world

HERE = timezone(timedelta(hours=7))
CODE, ANOTHER, LONG = "H37.20-261120-0042", "H37.20-261120-0043", "000.00.06.H56-20260609-0092637"
STATUSES: tuple[Status, ...] = get_args(Status)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
TELEGRAM = 4096  # characters of a message
PAPER, REASON, SORRY, STEP, OWNER = (
    "Giấy chứng sinh bản sao",
    "Thiếu chữ ký bên vợ",
    "Máy chủ hỏng",
    "Chuyển ông Bình",
    "N*** V** An",
)
FEE = Decimal(123456)
ASKING = Tracking(code=CODE, asked="digits")

SECRETS = (PAPER, REASON, SORRY, STEP, OWNER, "123.456", "123,456")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=HERE)


def a_dossier(status: Status = "processing", **more: object) -> Dossier:
    """As a system tells it: all it has, with what is only for the owner."""
    told: dict[str, object] = {
        "code": CODE,
        "system": "langson",
        "status": status,
        "procedure": "1.001193",
        "agency": "UBND phường Đông Kinh",
        "received": at("2026-11-20T09:00"),
        "due": at("2026-11-25T17:00"),
        "steps": (Happening(at=at("2026-11-20T10:00"), words=STEP, unit="Phòng Tư pháp"),),
        "papers": (PAPER,),
        "supply_by": at("2026-11-30T17:00"),
        "fee": FEE,
        "reason": REASON,
    }
    return Dossier.model_validate(told | more)


def found(dossier: Dossier | None = None, outcome: Outcome = "found", **more: object) -> Looked:
    known = {"as_of": at("2026-11-21T11:05"), "system": Names("Một cửa tỉnh Lạng Sơn", "Lang Son one-stop desk")}
    return Looked(Look(CODE), outcome, dossier or a_dossier(), **{**known, **more})  # type: ignore[arg-type]


def proved(dossier: Dossier | None = None, **more: object) -> Looked:
    return found(dossier, **{"proved": True, "owner": OWNER, **more})  # type: ignore[arg-type]


def silent(outcome: Outcome, **more: object) -> Looked:
    return Looked(Look(CODE), outcome, **more)  # type: ignore[arg-type]


def followed(code: str = CODE, dossier: Dossier | None = None, **more: object) -> Followed:
    return Followed(code, dossier or a_dossier(code=code), at("2026-11-21T08:00"), **more)  # type: ignore[arg-type]


def an_under(status: progress.Status = "handed_over", number: str = FIRST, **more: object) -> Under:
    history = (
        ("accepted", at("2026-11-20T08:00")),
        ("collected", at("2026-11-20T08:30")),
        (status, at("2026-11-20T08:50")),
    )
    return Under(an_order(number, **more), status, at("2026-11-20T08:50"), "EB473124829VN", history=history)  # type: ignore[arg-type]


def answer(
    content: Content,
    looked: Looked | None = None,
    *,
    state: AnyState = Home(),  # noqa: B008
    orders: Iterable[Under] = (),
    dossiers: Iterable[Followed] = (),
    memory: Memory = Memory(ordered=True, follows=True),  # noqa: B008
    chat: str = CHAT,
) -> Step:
    """The step, made again with the answer where it asks for one."""
    world, own = the_world(), Own(tuple(orders), followed=tuple(dossiers))
    event = interpret(content, world.understanding)
    step = advance(state, event, world.given(memory, own, chat))
    if step.query is None:
        return step
    assert looked is not None, f"asks for {step.query}"
    again = advance(state, event, world.given(memory, own, chat, replace(looked, look=step.query)))
    assert again.query is None
    return again


def asked_for(content: Content, state: AnyState = Home(), **more: object) -> Look | None:  # noqa: B008
    world = the_world()
    own = Own(followed=tuple(more.get("dossiers", ())), orders=tuple(more.get("orders", ())))  # type: ignore[arg-type]
    return advance(state, interpret(content, world.understanding), world.given(Memory(), own, CHAT)).query
