"""A conversation on Telegram: updates fetched, kept, answered; over real sockets against a fake Bot API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs

from bot.channel import Update
from bot.dialogue.events import Heard, Wrote
from bot.dialogue.world import World
from bot.handlers.telegram import connecting
from bot.handlers.telegram.building import build
from bot.handlers.telegram.intake import Intake
from bot.inbox import AGAIN, TRIES
from bot.settings import SettingsError
from bot.storage.store import Store
from bot.storage.turns import Turn
from tests.conftest import Screen
from tests.fake_telegram import ANYTHING, MAI, PRIVATE, TOKEN, FakeTelegram, buttons, labels
from tests.on_telegram import OnTelegram, connected, on_telegram, polled, served

Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def address(api: FakeTelegram, aiohttp_server: AiohttpServer) -> str:
    return await served(api, aiohttp_server)


@pytest.fixture
async def chat(api: FakeTelegram, address: str, local_store: Store, world: World) -> AsyncIterator[OnTelegram]:
    async with on_telegram(api, address, local_store, world) as chat:
        yield chat


@pytest.fixture
async def talk(chat: OnTelegram, world: World) -> AsyncIterator[FakeTelegram]:
    """Telegram with the bot at its other end. It never refuses what the bot sends."""
    async with polled(chat, world):
        yield chat.api
    assert chat.api.refused == []


async def test_a_wish_is_answered_with_the_procedure(talk: FakeTelegram, until: Until) -> None:
    talk.says(text="toi muon lam lai so do bi mat")
    await until(lambda: talk.sent)
    assert talk.sent[0]["text"].startswith("<b>Cấp lại sổ đỏ bị mất</b>")
    assert talk.sent[0]["chat_id"] == "7"
    assert "Phí, lệ phí" in labels(talk.sent[0])


async def test_what_was_answered_is_not_fetched_again(talk: FakeTelegram, until: Until) -> None:
    talk.says(text="mất sổ đỏ")
    await until(lambda: talk.sent and talk.confirmed)
    talk.says(text="cảm ơn")
    await until(lambda: talk.confirmed and len(talk.sent) == 2)


async def test_an_update_delivered_twice_is_answered_once(talk: FakeTelegram, chat: OnTelegram, until: Until) -> None:
    talk.says(text="mất sổ đỏ")
    talk.updates.append(talk.updates[0])
    talk.says(text="cảm ơn")
    await until(lambda: len(talk.sent) == 2 and talk.confirmed)
    await chat.inbox.settled()
    assert len(talk.sent) == 2
    assert "sổ đỏ" not in talk.sent[1]["words"].splitlines()[0]


async def test_a_link_opens_its_procedure(talk: FakeTelegram, until: Until) -> None:
    talk.says(text="/start th_1-001193")
    await until(lambda: len(talk.sent) == 2)  # the first greeting, then the procedure
    assert "khai sinh" in talk.sent[1]["words"].splitlines()[0].lower()


@pytest.mark.parametrize("payload", ["", " '; DROP TABLE turn", " th_", " \U0001f600"])
async def test_a_start_without_a_procedure_greets(talk: FakeTelegram, until: Until, payload: str) -> None:
    talk.says(text=f"/start{payload}")
    await until(lambda: talk.sent)
    assert "English" in labels(talk.sent[0])


async def test_a_tap_is_answered_and_its_clock_stopped(talk: FakeTelegram, chat: OnTelegram, until: Until) -> None:
    talk.says(text="toi muon lam lai so do bi mat")
    await until(lambda: talk.sent)
    talk.taps("Phí, lệ phí")
    await until(lambda: talk.tapped and len(talk.sent) == 2)
    assert talk.sent[1]["words"].startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")
    kept = chat.turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 1))
    assert kept[0].heard == "Phí, lệ phí"  # what the citizen saw, not what the button carries


async def test_a_button_of_yesterday_still_works(talk: FakeTelegram, until: Until) -> None:
    talk.says(text="toi muon lam lai so do bi mat")
    talk.says(text="hủy")
    await until(lambda: len(talk.sent) == 2)
    talk.taps("Phí, lệ phí")
    await until(lambda: talk.tapped and len(talk.sent) == 3)
    assert talk.sent[2]["words"].startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")


async def test_a_button_nobody_offers_any_more_is_answered(talk: FakeTelegram, until: Until) -> None:
    shown = {**ANYTHING, "chat": PRIVATE}
    talk.comes(callback_query={"id": "q", "from": MAI, "chat_instance": "1", "message": shown, "data": "book:🙂"})
    await until(lambda: talk.tapped and talk.sent)
    assert buttons(talk.sent[0])


async def test_a_newcomer_is_answered_in_the_language_of_the_phone(talk: FakeTelegram, until: Until) -> None:
    talk.says(text="/help", **{"from": {**MAI, "language_code": "en-GB"}})
    await until(lambda: talk.sent)
    assert talk.sent[0]["words"].splitlines()[0].isascii()


async def test_one_chat_is_answered_in_the_order_it_wrote(talk: FakeTelegram, chat: OnTelegram, until: Until) -> None:
    words = ["mất sổ đỏ", "hủy", "cảm ơn", "báo tử cho người mất", "hủy"]
    for text in words:
        talk.says(text=text)

    def kept_now() -> list[Turn]:
        return list(chat.turns.store.run_now(lambda unit: unit.turns.latest("telegram:7", 9)))

    await until(lambda: len(kept_now()) == len(words))
    await until(lambda: len(talk.sent) == sum(len(turn.replies) for turn in kept_now()))  # some are two messages
    kept = kept_now()
    assert [turn.heard for turn in kept] == words
    answers = [message.lines[0].words for turn in kept for message in turn.replies]
    assert [message["words"].splitlines()[0].removeprefix("⚠️ ") for message in talk.sent] == answers


async def test_markup_of_a_citizen_is_only_words(talk: FakeTelegram, until: Until) -> None:
    for text in ("<b>mất sổ đỏ</b>", "</b><a href=x>*_`[", "&lt; &amp;"):
        talk.says(text=text)
    await until(lambda: len(talk.sent) == 3)


async def test_a_press_on_every_button_of_a_screen_is_answered(talk: FakeTelegram, until: Until) -> None:
    talk.says(text="làm giấy khai sinh")
    await until(lambda: talk.sent)
    for count, label in enumerate(labels(talk.sent[0]), 1):
        talk.taps(label)
        await until(lambda count=count: len(talk.tapped) == count and len(talk.sent) > count)  # type: ignore[misc]


@pytest.mark.parametrize(("status", "shown"), [(403, 0), (400, 0), (429, 1), (500, 1)])
async def test_what_failed_is_sent_later_if_that_may_help(
    talk: FakeTelegram, chat: OnTelegram, clock: Any, until: Until, status: int, shown: int
) -> None:
    talk.failures = [(status, {"description": "no", "parameters": {"retry_after": 1} if status == 429 else {}})]
    with capture_logs() as logs:
        talk.says(text="cảm ơn")
        await until(lambda: logs)
        await chat.inbox.settled()
    clock.passes(timedelta(minutes=1))
    await chat.turns.deliver_owed()
    await chat.turns.deliver_owed()
    assert len(talk.sent) == shown


async def test_a_token_telegram_does_not_know_is_told_and_not_shown(address: str, chat: OnTelegram) -> None:
    with pytest.raises(SettingsError, match="NOIDAI_TELEGRAM_TOKEN") as raised:
        async with connected(build("8:wrong", address), Intake(chat.inbox.take)):
            pass
    assert "8:wrong" not in str(raised.value)
    assert raised.value.__suppress_context__  # nor in the trace


async def test_while_telegram_is_out_of_reach_it_is_asked_again(
    api: FakeTelegram,
    aiohttp_server: AiohttpServer,
    chat: OnTelegram,
    unused_tcp_port: int,
    until: Until,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(connecting, "wait_after", lambda _: 0.01)
    bot = build(TOKEN, f"http://127.0.0.1:{unused_tcp_port}")
    with capture_logs() as logs:
        async with connected(bot, Intake(chat.inbox.take)):
            await until(lambda: logs)
            await aiohttp_server(api.application(), port=unused_tcp_port)
            await until(lambda: "getUpdates" in api.called)
    assert TOKEN not in repr(logs)


async def test_a_wrong_token_told_late_does_not_stop_the_bot(
    api: FakeTelegram,
    aiohttp_server: AiohttpServer,
    chat: OnTelegram,
    unused_tcp_port: int,
    until: Until,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(connecting, "wait_after", lambda _: 0.01)
    bot = build("8:wrong", f"http://127.0.0.1:{unused_tcp_port}")
    with capture_logs() as logs:
        async with connected(bot, Intake(chat.inbox.take)):
            await aiohttp_server(api.application(), port=unused_tcp_port)
            await until(lambda: any("NOIDAI_TELEGRAM_TOKEN" in log["event"] for log in logs))
    assert "8:wrong" not in repr(logs)


async def test_it_stops_when_told_even_before_it_began(chat: OnTelegram) -> None:
    async with connected(chat.bot, Intake(chat.inbox.take)):
        pass


async def test_an_answer_that_breaks_is_logged_without_what_was_written_and_tried_again(
    talk: FakeTelegram, chat: OnTelegram, clock: Any, until: Until, monkeypatch: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("con em tên Bưởi")

    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr("bot.turn.advance", broken)
        talk.says(text="con em tên Bưởi cần khai sinh")
        await until(lambda: logs)
    assert logs[0]["error"] == "RuntimeError"
    assert "Bưởi" not in repr(logs)
    await chat.inbox.settled()
    clock.passes(AGAIN)
    await chat.inbox.sweep()
    await until(lambda: talk.sent)
    assert chat.kept() == ["con em tên Bưởi cần khai sinh"]


async def test_a_fault_of_ours_that_stays_is_apologised_for(
    talk: FakeTelegram, chat: OnTelegram, clock: Any, until: Until, monkeypatch: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    with capture_logs(), monkeypatch.context() as patch:
        patch.setattr("bot.turn.advance", broken)
        talk.says(text="khai sinh")
        await until(lambda: talk.confirmed)
        for _ in range(TRIES):
            await chat.inbox.settled()
            clock.passes(AGAIN)
            await chat.inbox.sweep()
        await until(lambda: talk.sent)
    assert [message["words"][:18] for message in talk.sent] == ["Bot đang trục trặc"]
    talk.says(text="khai sinh")
    await until(lambda: len(talk.sent) > 1)


async def test_an_update_is_confirmed_only_when_it_is_kept(api: FakeTelegram, chat: OnTelegram, until: Until) -> None:
    """Killed before that, Telegram gives it again: nothing is lost."""
    held, taken = asyncio.Event(), list[Update]()

    async def slowly(updates: Sequence[Update]) -> None:
        taken.extend(updates)
        await held.wait()

    async with connected(chat.bot, Intake(slowly)):
        api.says(text="khai sinh")
        await until(lambda: taken)
        asked = api.called.count("getUpdates")
        await asyncio.sleep(0.1)  # time enough to ask for more, were it to
        assert (api.called.count("getUpdates"), api.confirmed) == (asked, False)
        held.set()
        await until(lambda: api.confirmed)


async def test_an_inline_query_is_answered_and_not_kept(talk: FakeTelegram, chat: OnTelegram, until: Until) -> None:
    talk.comes(inline_query={"id": "i", "from": MAI, "query": "khai sinh", "offset": ""})
    await until(lambda: talk.found and talk.confirmed)
    assert "khai sinh" in talk.found[0]["results"][0]["title"].lower()
    assert chat.turns.store.run_now(lambda unit: unit.inbox.count()) == 0
    assert chat.kept() == []


async def test_a_person_on_two_channels_has_two_conversations(
    talk: FakeTelegram, chat: OnTelegram, until: Until
) -> None:
    """Nothing says that they are the same person: what is said here is not known there."""
    web = Screen()
    turns = replace(chat.turns, senders={**chat.turns.senders, "web": web})
    talk.says(text="mất sổ đỏ")
    await until(lambda: talk.sent)
    await turns.take(Heard("web", "7", "1", Wrote("phí bao nhiêu")))
    assert "sổ đỏ" not in "".join(web.lines)
    talk.says(text="phí bao nhiêu")
    await until(lambda: len(talk.sent) == 2)
    assert "sổ đỏ" in talk.sent[1]["words"].lower()
    await turns.take(Heard("web", "7", "2", Wrote("xóa dữ liệu của tôi")))
    assert chat.kept() == ["mất sổ đỏ", "phí bao nhiêu"]
