"""What Telegram is told at the start, and what each command of the menus does in the whole dialogue."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from aiohttp.test_utils import unused_port
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs

from bot.alarms import Alarms
from bot.channel import Update
from bot.dialogue.events import Chose, Showed, Started, Wrote
from bot.dialogue.step import Text
from bot.handlers.telegram.building import TelegramBot, build
from bot.handlers.telegram.commands import COMMANDS, MENUS, content_of
from bot.handlers.telegram.intake import HEARD, Intake
from bot.handlers.telegram.setup import ABOUT, IN_SHORT, LOOK_AGAIN, Hook, Hooking, introduce
from bot.handlers.telegram.troubles import Troubles
from bot.storage.store import Store
from bot.texts.render import words
from tests.conftest import Clock, Talk
from tests.fake_telegram import TOKEN
from tests.on_telegram import connected
from tests.telegram_told import NO_WEBHOOK, ToldTelegram

HOOK = Hook.at("https://thutuc.example.gov.vn/", "a-secret_of_ours")
Until = Callable[[Callable[[], object]], Awaitable[None]]


async def keep(updates: Sequence[Update]) -> None:
    raise AssertionError("kept")


@pytest.fixture
def api() -> ToldTelegram:
    return ToldTelegram()


@pytest.fixture
async def address(api: ToldTelegram, aiohttp_server: AiohttpServer) -> str:
    return str((await aiohttp_server(api.application())).make_url("/"))


@pytest.fixture
async def bot(address: str) -> AsyncIterator[TelegramBot]:
    async with build(TOKEN, address) as bot:
        yield bot


@pytest.fixture
def alarms(local_store: Store, clock: Clock) -> Alarms:
    return Alarms(local_store, clock.now, "zalobot:staff", patience=timedelta(0))


def told(alarms: Alarms) -> list[str]:
    owed = alarms.store.run_now(lambda unit: unit.turns.owed())
    return [line.words for turn in owed for message in turn.replies for line in message.lines]


async def test_each_language_has_its_menu_and_its_words(api: ToldTelegram, bot: TelegramBot) -> None:
    await introduce(bot)
    menus = {key: [one["command"] for one in menu] for key, menu in api.told.menus.items()}
    assert menus == {
        ("all_private_chats", ""): [one.name for one in MENUS["vi"]],
        ("all_private_chats", "en"): [one.name for one in MENUS["en"]],
    }
    assert {one["description"] for one in api.told.menus["all_private_chats", ""]} >= {"Thôi việc đang làm"}
    assert set(api.told.words) == {(k, of) for k in ("Description", "ShortDescription") for of in ("", "en")}
    assert api.told.words["ShortDescription", ""].startswith("Hỏi thủ tục")


async def test_what_telegram_knows_is_not_told_again(api: ToldTelegram, bot: TelegramBot) -> None:
    await introduce(bot)
    api.told.set.clear()
    await introduce(bot)
    assert api.told.set == []
    api.told.words["Description", "en"] = "of an older version"
    await introduce(bot)
    assert api.told.set == ["setMyDescription"]


@pytest.mark.parametrize("language", MENUS)
def test_the_words_fit_into_what_telegram_takes(language: str) -> None:
    assert len(words(ABOUT, language)) <= 512
    assert len(words(IN_SHORT, language)) <= 120
    for one in MENUS[language]:
        assert 1 <= len(words(one.about, language)) <= 40, "a phone shows no more"
        assert re.fullmatch("[a-z0-9_]{1,32}", one.name)


@pytest.mark.parametrize("method", ["getMyCommands", "setMyCommands", "getMyDescription", "setMyShortDescription"])
async def test_a_menu_that_cannot_be_told_is_no_reason_not_to_serve(
    api: ToldTelegram, address: str, until: Until, method: str
) -> None:
    api.told.faults[method] = [(429, {"parameters": {"retry_after": 9999}})] * 2
    with capture_logs() as logs:
        async with connected(build(TOKEN, address), Intake(keep)):
            await until(lambda: "getUpdates" in api.called)
            await until(lambda: logs)
    assert [entry["log_level"] for entry in logs] == ["warning"]


async def test_the_webhook_is_set_as_it_must_be(api: ToldTelegram, bot: TelegramBot) -> None:
    api.says(text="while nobody was there")
    assert await Hooking(bot, HOOK, Troubles()).look() == LOOK_AGAIN
    assert api.told.webhook["url"] == HOOK.url
    assert HOOK.url.startswith("https://thutuc.example.gov.vn/telegram/webhook?v=")
    assert set(api.told.webhook["allowed_updates"]) == set(HEARD)
    assert api.told.webhook["max_connections"] == 40
    assert api.told.secret == "a-secret_of_ours"
    assert len(api.updates) == 1, "what waits must not be dropped"


async def test_many_processes_that_start_again_set_it_once(api: ToldTelegram, bot: TelegramBot) -> None:
    await Hooking(bot, HOOK, Troubles()).look()
    await asyncio.gather(*(Hooking(bot, HOOK, Troubles()).look() for _ in range(5)))
    assert api.told.set == ["setWebhook"]


@pytest.mark.parametrize(
    "change",
    [
        {"url": ""},
        {"url": "https://elsewhere.example/hook"},
        {"max_connections": 100},
        {"allowed_updates": ["message"]},
    ],
)
async def test_a_webhook_that_is_another_is_set_right(
    api: ToldTelegram, bot: TelegramBot, change: dict[str, Any]
) -> None:
    hooking = Hooking(bot, HOOK, Troubles())
    await hooking.look()
    api.told.webhook |= change
    await hooking.look()
    assert api.told.set == ["setWebhook"] * 2
    assert HOOK.is_set(await bot.get_webhook_info())


async def test_a_new_secret_is_told_though_telegram_shows_none(api: ToldTelegram, bot: TelegramBot) -> None:
    await Hooking(bot, HOOK, Troubles()).look()
    other = Hook.at("https://thutuc.example.gov.vn", "another")
    await Hooking(bot, other, Troubles()).look()
    assert api.told.secret == "another"
    assert "another" not in other.url


async def test_a_webhook_that_cannot_be_set_is_tried_again(api: ToldTelegram, bot: TelegramBot, alarms: Alarms) -> None:
    api.told.faults["setWebhook"] = [(429, {"parameters": {"retry_after": 1}}), (502, {})]
    hooking = Hooking(bot, HOOK, Troubles(alarms))
    assert [await hooking.look() for _ in range(3)] == [1.0, 2.0, LOOK_AGAIN]
    assert len(told(alarms)) == 2  # out of reach, and over


async def test_a_revoked_token_is_one_alarm_of_its_own(api: ToldTelegram, bot: TelegramBot, alarms: Alarms) -> None:
    api.told.faults["getWebhookInfo"] = [(401, {"description": "Unauthorized"})]
    hooking = Hooking(bot, HOOK, Troubles(alarms))
    await hooking.look()
    assert told(alarms) == [words(Text("telegram.alarm_token"), "vi")]
    await hooking.look()
    assert len(told(alarms)) == 2  # and that it is over


async def test_an_answer_nobody_thought_of_does_not_end_the_watch(bot: TelegramBot, alarms: Alarms) -> None:
    class Odd:
        async def get_webhook_info(self) -> None:
            raise TypeError("has_custom_certificate")

    hooking = Hooking(cast(TelegramBot, Odd()), HOOK, Troubles(alarms))
    assert [await hooking.look(), await hooking.look()] == [1.0, 2.0]
    assert told(alarms) == [words(Text("telegram.alarm_silent"), "vi")]


async def test_updates_that_do_not_arrive_are_an_alarm_in_telegrams_words(
    api: ToldTelegram, bot: TelegramBot, alarms: Alarms
) -> None:
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    hooking = Hooking(bot, HOOK, Troubles(alarms), now=lambda: at)
    await hooking.look()
    api.told.webhook |= {
        "pending_update_count": 3,
        "last_error_date": int(at.timestamp()) - 60,
        "last_error_message": "SSL error {certificate verify failed}",
    }
    await hooking.look()
    (words_,) = told(alarms)
    assert "SSL error {certificate verify failed}" in words_
    api.told.webhook["last_error_date"] -= 3600
    await hooking.look()
    assert len(told(alarms)) == 2


async def test_with_a_webhook_nothing_is_asked_for(api: ToldTelegram, address: str, until: Until) -> None:
    async with connected(build(TOKEN, address), Intake(keep), hook=HOOK):
        await until(lambda: api.told.webhook["url"] == HOOK.url and ("ShortDescription", "en") in api.told.words)
    assert "getUpdates" not in api.called
    assert "deleteWebhook" not in api.called, "another process may serve it"


async def test_without_a_webhook_it_is_taken_away(api: ToldTelegram, address: str, until: Until) -> None:
    api.told.webhook["url"] = HOOK.url
    async with connected(build(TOKEN, address), Intake(keep)):
        await until(lambda: "getUpdates" in api.called)
    assert api.told.webhook == NO_WEBHOOK


async def test_nobody_there_at_all_and_the_service_starts(until: Until) -> None:
    with capture_logs() as logs:
        async with connected(build(TOKEN, f"http://127.0.0.1:{unused_port()}"), Intake(keep), hook=HOOK):
            await until(lambda: logs)
    assert TOKEN not in repr(logs)


# What the first line of the answer begins with, whoever speaks Vietnamese or English.
LEADS_TO = {
    "hoso": ("Hồ sơ của tôi đến đâu rồi?", "Where is my dossier?"),
    "theodoi": ("Bot báo được khi biết mã hồ sơ", "I can do so once I know the dossier code"),
    "donhang": ("Trong cuộc trò chuyện này chưa có lịch hẹn", "There is no pickup in this conversation"),
    "diem": ("Anh/chị ở xã, phường nào?", "Which commune or ward are you in?"),
    "dulieu": ("Bot đang giữ gì của anh/chị", "What is kept about you"),
    "gapnguoi": ("Gặp người thật", "Talk to a person"),
    "huy": ("Đã dừng", "Stopped"),
    "english": ("I speak English from now on", "I speak English from now on"),
    "help": ("Bot giúp được gì?", "What I can do"),
    "start": ("Anh/chị cần làm việc gì?", "What do you need to do?"),
    "tiengviet": ("Từ giờ bot nói tiếng Việt", "Từ giờ bot nói tiếng Việt"),
    "language": ("I speak English from now on", "I speak English from now on"),
}
SAME = {
    "dossiers": "hoso", "follow": "theodoi", "orders": "donhang", "offices": "diem", "mydata": "dulieu",
    "person": "gapnguoi", "cancel": "huy", "trogiup": "help",
}  # fmt: skip


# In the middle of the form, where it is another.
THERE = {"donhang": "Chưa có lịch hẹn nào: lịch đang đặt còn dở", "diem": "Tìm bưu cục: anh/chị viết"}


async def commands(talk: Talk, name: str) -> None:
    content = content_of(f"/{name}")
    assert content is not None
    await talk._hears(content)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", COMMANDS)
async def test_each_command_leads_where_its_menu_says_in_the_language_spoken(
    talk: Talk, name: str, language: str
) -> None:
    talk.language = language
    await talk.starts()
    await commands(talk, name)
    assert talk.seen[0].startswith(LEADS_TO[SAME.get(name, name)][language == "en"])
    if name not in ("english", "tiengviet", "language"):
        assert talk.turns.store.run_now(
            lambda unit: (kept := unit.conversations.get("test:1").conversation) and kept.memory.language == language
        )


@pytest.mark.parametrize("name", [name for name in COMMANDS if SAME.get(name, name) not in ("huy", "start")])
async def test_a_command_in_the_middle_of_the_form_is_answered_and_the_question_asked_again(
    talk: Talk, name: str
) -> None:
    await talk.says("bưu tá đến lấy hồ sơ khai sinh")
    await talk.says("đồng ý")
    await commands(talk, name)
    assert talk.seen[0].startswith({**{one: said[0] for one, said in LEADS_TO.items()}, **THERE}[SAME.get(name, name)])
    assert any("Bưu tá đến xã, phường nào?" in line or "postman come to?" in line for line in talk.seen[1:])


@pytest.mark.parametrize("name", ["huy", "cancel"])
async def test_the_form_is_left_by_a_command_and_what_was_said_is_kept(talk: Talk, name: str) -> None:
    await talk.says("bưu tá đến lấy hồ sơ khai sinh")
    await talk.says("đồng ý")
    await commands(talk, name)
    assert talk.seen[0].startswith("Đã dừng, chưa đặt gì")


async def test_a_code_behind_a_command_is_looked_up(talk: Talk) -> None:
    for name in ("hoso", "dossiers", "theodoi", "follow"):
        await commands(talk, f"{name} H26.15-260812-0042")
        assert "H26.15-260812-0042" in " ".join(talk.seen), name


def test_commands_are_understood_in_both_languages_and_nothing_else_is() -> None:
    assert {one.name for menu in MENUS.values() for one in menu} <= COMMANDS.keys()
    assert content_of("/start th_1-004222") == Started("th_1-004222")
    assert content_of("/start@noidai_bot  x y ") == Started("x y")
    assert content_of(" /HUY ") == Wrote("cancel")
    assert content_of("/hoso@noidai_bot\nkhai sinh") == Wrote("khai sinh")
    assert content_of("/unknown") == Showed("command")
    assert content_of("/orders now") == Chose("orders", "/orders")
    for other in ("/", "//help", "/help/me", "help", "/help@", "/" + "a" * 33, "/trợgiúp", "", "/ help"):
        assert content_of(other) is None, other
