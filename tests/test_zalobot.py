"""Zalo's Bot Platform: what it brings, by polling or by webhook, is answered once; what it refuses is understood."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from yarl import URL

from bot.alarms import Alarms
from bot.channel import SendError, Update
from bot.dialogue.events import Heard, Scanned, Showed, Started, Wrote
from bot.dialogue.world import World
from bot.handlers.file_links import FileLinks
from bot.handlers.viewer import Viewer
from bot.handlers.zalobot.api import ZaloBotApi, ZaloBotError, updates_in, verdict
from bot.handlers.zalobot.channel import ZaloBotChannel
from bot.handlers.zalobot.checking import check
from bot.handlers.zalobot.intake import LONGEST, update_of
from bot.handlers.zalobot.polling import ROUND, Listener
from bot.handlers.zalobot.reading import Reader
from bot.handlers.zalobot.setup import PATH, Me, polling, registered
from bot.handlers.zalobot.webhook import ZaloBotWebhook
from bot.inbox import Inbox
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from bot.turn import Turns
from tests.conftest import KEY, Clock
from tests.fake_zalobot import GROUP, HOA, MAI, NAME, TOKEN, FakeZaloBot, Raw

Serves = Callable[[web.Application], Awaitable[TestServer]]
Until = Callable[[Callable[[], object]], Awaitable[None]]

SECRET = "a-secret-of-ours"
SOON = (0.01,)  # seconds between tries
OURS = "https://thutuc.example.vn"


@dataclass
class Codes:
    """In place of what reads pictures."""

    seen: list[bytes] = field(default_factory=list)

    async def codes_in(self, image: bytes) -> tuple[str, ...]:
        self.seen.append(image)
        return ("H56.14-240823-0001",) if image == b"slip" else ()


@dataclass
class Bot:
    """The whole bot behind the platform."""

    fake: FakeZaloBot
    api: ZaloBotApi
    channel: ZaloBotChannel
    inbox: Inbox
    store: Store
    alarms: Alarms
    me: Me
    http: ClientSession

    def heard(self, chat: str = MAI) -> list[str]:
        return [turn.heard for turn in self.store.run_now(lambda unit: unit.turns.latest(f"zalobot:{chat}", 1000))]

    def shown(self, chat: str = MAI) -> list[str]:
        return [text for whose, text in self.fake.sent if whose == chat]

    def rung(self) -> set[str]:
        return set(self.store.run_now(lambda unit: unit.alarms.all()))

    async def reads(self, raw: Raw) -> Heard:
        update = update_of(raw)
        assert update is not None
        found = await self.channel.read(update)
        assert isinstance(found, Heard)
        return found


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture(params=[False, True], ids=["refusals in 200", "refusals as HTTP"])
def fake(request: pytest.FixtureRequest) -> FakeZaloBot:
    return FakeZaloBot(as_http=request.param)


@pytest.fixture
async def platform(aiohttp_server: Serves, fake: FakeZaloBot) -> str:
    app = fake.application()

    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=b"slip")

    app.router.add_get("/slip.jpg", picture)
    return str((await aiohttp_server(app)).make_url("/"))


@pytest.fixture
async def bot(
    platform: str, fake: FakeZaloBot, http: ClientSession, local_store: Store, world: World, clock: Clock
) -> AsyncIterator[Bot]:
    me = Me()
    api = ZaloBotApi(http, TOKEN, platform)
    alarms = Alarms(local_store, clock.now)
    viewer = Viewer("zalobot", http, Codes(), admits=lambda url: url.path == "/slip.jpg")
    links = FileLinks(KEY, OURS, clock.now)
    channel = ZaloBotChannel(api, Reader(viewer, me.known), links, alarms)
    turns = Turns(local_store, world, {"zalobot": channel}, alarms=alarms)
    inbox = Inbox(turns, {"zalobot": channel})
    yield Bot(fake, api, channel, inbox, local_store, alarms, me, http)
    await inbox.close()


def message(*lines: str, choices: Sequence[str] = ()) -> Message:
    return Message(tuple(map(ShownLine, lines)), tuple(ShownButton(f"o:{label}", label) for label in choices))


# -- calls


async def test_a_refusal_is_a_refusal_whatever_its_status(bot: Bot, fake: FakeZaloBot) -> None:
    """A library of others gives None for it, and goes on as if all were well."""
    fake.refusals = [(429, "Quota exceeded"), (0, "")]
    with pytest.raises(ZaloBotError) as failure:
        await bot.api.call("sendMessage", {"chat_id": MAI, "text": "x"})
    assert (failure.value.code, failure.value.words) == (429, "Quota exceeded")
    assert await bot.api.call("sendMessage", {"chat_id": MAI, "text": "x"}) == {
        "message_id": "82599fa32f56d00e0001",
        "date": fake.began,
    }


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "http://nowhere.invalid/"])
async def test_the_token_is_in_no_message_of_a_failure(http: ClientSession, base: str) -> None:
    api = ZaloBotApi(http, TOKEN, base)
    with pytest.raises(ZaloBotError) as failure:
        await api.call("getMe")
    assert failure.value.code is None
    shown = str(failure.value) + repr(failure.value) + repr(api) + str(failure.value.__cause__)
    assert TOKEN not in shown
    assert failure.value.__suppress_context__


@pytest.mark.parametrize(
    ("code", "words", "means"),
    [
        (None, "TimeoutError", "outage"),
        (500, "Internal", "outage"),
        (502, "", "outage"),
        (504, "", "outage"),
        (401, "Unauthorized", "outage"),
        (408, "Request timeout", "again"),
        (429, "Quota exceeded", "again"),
        (403, "Forbidden: bot was blocked by the user", "gone"),
        (400, "Bad Request: chat not found", "gone"),
        (404, "User not found", "gone"),
        (400, "Bad Request: text is too long", "never"),
        (404, "Not Found", "never"),
        (418, "", "never"),
    ],
)
def test_what_a_refusal_means(code: int | None, words: str, means: str) -> None:
    failure = verdict(ZaloBotError("sendMessage", code, words), 2)
    kinds = {"outage": failure.outage, "gone": failure.gone, "never": not (failure.retryable or failure.gone)}
    assert [kind for kind, is_so in kinds.items() if is_so] == ([] if means == "again" else [means])
    assert failure.retryable == (means in ("outage", "again"))
    assert failure.sent == 2


async def test_what_is_no_answer_of_the_platform(bot: Bot, fake: FakeZaloBot) -> None:
    fake.faults = [(200, "<html>"), (502, "<html>"), (200, "[]")]
    for code in (None, 502, None):
        with pytest.raises(ZaloBotError) as failure:
            await bot.api.call("getMe")
        assert failure.value.code == code


async def test_how_long_to_wait_if_the_platform_says(aiohttp_server: Serves, http: ClientSession) -> None:
    waits: list[object] = [3, 10**9, -1, "5", True, None]
    app = web.Application()

    async def refuse(_: web.Request) -> web.Response:
        refusal = {"ok": False, "error_code": 429, "parameters": {"retry_after": waits.pop(0)}}
        return web.json_response(refusal)

    app.router.add_post("/{anything:.*}", refuse)
    api = ZaloBotApi(http, TOKEN, str((await aiohttp_server(app)).make_url("/")))
    said = []
    while waits:
        with pytest.raises(ZaloBotError) as failure:
            await api.call("sendMessage")
        said.append(verdict(failure.value, 0).wait)
    hour = timedelta(hours=1)
    assert said == [timedelta(seconds=3), hour, None, timedelta(seconds=5), None, None]


# -- what came


async def test_kinds_of_messages(bot: Bot, fake: FakeZaloBot, platform: str) -> None:
    photo = f"{platform}slip.jpg"
    expected: list[tuple[Raw, object]] = [
        (fake.says("khai sinh"), Wrote("khai sinh")),
        (fake.says("/start th_1-001193"), Started("th_1-001193")),
        (fake.says("/start"), Started()),
        (fake.says("/help"), Wrote("help")),
        (fake.comes("message.link.received", text="https://a.vn"), Wrote("https://a.vn")),
        (fake.comes("message.image.received", photo=photo), Scanned(("H56.14-240823-0001",))),
        (fake.comes("message.image.received", photo_url=photo), Scanned(("H56.14-240823-0001",))),
        (fake.comes("message.image.received", photo="https://a.example/b.jpg"), Showed("picture")),
        (fake.comes("message.image.received", photo="https://a.example/b", caption="phí"), Wrote("phí")),
        (fake.comes("message.image.received"), Showed("picture")),
        (fake.comes("message.sticker.received", sticker="d063f44dc80821567819"), Showed("sticker")),
        (fake.comes("message.voice.received", voice_url="https://a.zdn.vn/b.aac"), Showed("voice")),
        (fake.comes("message.unsupported.received"), Showed("other")),
        (fake.comes("message.hologram.received"), Showed("other")),
        (fake.says(""), Showed("other")),
    ]
    for raw, content in expected:
        heard = await bot.reads(raw)
        assert (heard.chat, heard.content, heard.public) == (MAI, content, False)
        assert heard.update == raw["message"]["message_id"]


async def test_what_nobody_waits_for_an_answer_to(bot: Bot, fake: FakeZaloBot) -> None:
    reaction = update_of(fake.comes("message.reaction.received"))
    assert reaction is not None
    assert await bot.channel.read(reaction) is None
    for raw in (
        {"event_name": "bot.added_to_group"},
        {**fake.says("x"), "message": None},
        {**fake.says("x"), "message": {"chat": {"id": "a b"}, "text": "x"}},
        {"event_name": "message.text.received", "message": {"text": "x", "from": {"id": MAI}}},
        fake.comes("message.text.received", text="x", **{"from": {"id": "7", "is_bot": True}}),  # another bot
    ):
        assert update_of(raw) is None


async def test_in_a_group_each_has_a_conversation_of_their_own(bot: Bot, fake: FakeZaloBot) -> None:
    """The platform brings only what calls the bot there, or answers it."""
    bot.me.names = (NAME, "bot.VDKyGxQvc")
    for words in (f"@{NAME} khai sinh", f"khai sinh @{NAME}", f"@{NAME.upper()}  khai sinh", "khai sinh"):
        heard = await bot.reads(fake.says(words, GROUP, person=HOA))
        assert (heard.chat, heard.content, heard.public) == (f"{GROUP}/{HOA}", Wrote("khai sinh"), True)
    heard = await bot.reads(fake.says(f"@{NAME}ng khai sinh", GROUP, person=HOA))
    assert heard.content == Wrote(f"@{NAME}ng khai sinh")  # somebody else's name
    await bot.channel.send(f"{GROUP}/{HOA}", (message("Chào cả nhà"),))
    assert fake.sent == [(GROUP, "Chào cả nhà")]


async def test_wrapped_or_bare_an_update_is_the_same(fake: FakeZaloBot) -> None:
    bare = fake.says("khai sinh")
    assert update_of({"ok": True, "result": bare}) == update_of(bare)


def test_what_has_no_id_is_known_by_all_it_says() -> None:
    fake = FakeZaloBot()
    first = fake.says("khai sinh", message_id=None)
    found, again = update_of(first), update_of(json.loads(json.dumps(first)))
    other = update_of(fake.says("khai tử", message_id=None))
    assert found is not None
    assert other is not None
    assert found == again
    assert found.key != other.key
    assert len(found.key) <= 100


def test_one_update_or_a_list() -> None:
    update = FakeZaloBot().says("x")
    assert updates_in(update) == [update]
    assert updates_in([update, update, None, 7]) == [update, update]
    for nothing in (None, {}, [], "x", 7):
        assert updates_in(nothing) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("from", "chat", "text", "photo", "caption", "message_id", "date")
CHATS = st.fixed_dictionaries({}, optional={"id": JSON | st.just(MAI), "chat_type": JSON | st.just("GROUP")})
MESSAGES = st.fixed_dictionaries({}, optional={**dict.fromkeys(KEYS, JSON), "chat": CHATS, "from": CHATS}) | JSON
NAMES = st.sampled_from([f"message.{kind}.received" for kind in ("text", "image", "sticker", "unsupported")]) | JSON


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(NAMES, MESSAGES)
async def test_no_update_upsets_the_reader(http: ClientSession, name: Any, message: Any) -> None:
    reader = Reader(Viewer("zalobot", http))
    found = update_of({"event_name": name, "message": message})
    if found:
        assert len(found.chat) <= 129
        assert 0 <= found.ordinal < 2**63
        heard = await reader.read(found)
        assert heard is None or isinstance(heard, Heard)


# -- what is shown


async def test_choices_are_numbered_on_and_long_answers_torn(bot: Bot, fake: FakeZaloBot) -> None:
    long = message("Nguyễn " * 700)
    await bot.channel.send(MAI, (message("Chọn:", choices=["Lệ phí", "Giấy tờ"]), long, message("?", choices=["Khác"])))
    shown = bot.shown()
    assert "1. Lệ phí\n2. Giấy tờ" in shown[0]
    assert "3. Khác" in shown[-1]
    assert len(shown) >= 5
    assert all(1 <= len(text) <= 2000 for text in shown)
    assert "".join(shown).count("Nguyễn") == 700


async def test_a_file_is_a_link_or_named(bot: Bot, fake: FakeZaloBot) -> None:
    shown = (Message((ShownLine("Xong."),), files=(ShownFile("slip/1", "Phiếu gửi hồ sơ"),)),)
    await bot.channel.send(MAI, shown)
    words, file = bot.shown()
    assert words == "Xong."
    label, _, link = file.partition(": ")
    assert label == "Phiếu gửi hồ sơ"
    assert bot.channel.links is not None
    assert bot.channel.links.opened(link.rpartition("/")[2]) == ("slip/1", f"zalobot:{MAI}")
    without = ZaloBotChannel(bot.api, bot.channel.reader)
    await without.send(MAI, shown)
    assert bot.shown()[-1].startswith("Phiếu gửi hồ sơ: ")
    assert "http" not in bot.shown()[-1]


async def test_what_arrived_is_not_shown_again(bot: Bot, fake: FakeZaloBot) -> None:
    messages = tuple(message(f"Phần {number}") for number in range(5))
    fake.refusals = [(0, ""), (0, ""), (429, "Quota exceeded")]
    with pytest.raises(SendError) as failure:
        await bot.channel.send(MAI, messages)
    assert (failure.value.sent, failure.value.retryable) == (2, True)
    fake.refusals = [(0, ""), (503, "busy")]
    with pytest.raises(SendError) as failure:
        await bot.channel.send(MAI, messages, skip=2)
    assert (failure.value.sent, failure.value.outage) == (1, True)  # in this try
    await bot.channel.send(MAI, messages, skip=3)
    assert bot.shown() == [f"Phần {number}" for number in range(5)]


async def test_an_operator_is_told_of_the_quota_when_it_lasts(bot: Bot, fake: FakeZaloBot, clock: Clock) -> None:
    async def sends() -> None:
        with pytest.raises(SendError):
            await bot.channel.send(MAI, (message("x"),))

    fake.refusals = [(429, "Quota exceeded")] * 2
    await sends()
    assert bot.rung() == set()
    clock.passes(timedelta(minutes=2))
    await sends()
    assert bot.rung() == {"zalobot:quota"}
    await bot.channel.send(MAI, (message("x"),))
    assert bot.rung() == set()


async def test_an_apology_that_cannot_be_made_is_none(bot: Bot, fake: FakeZaloBot) -> None:
    heard = Heard("zalobot", MAI, "1", Wrote("x"))
    await bot.channel.apologise(heard)
    assert len(bot.shown()) == 1
    fake.refusals = [(500, "")]
    await bot.channel.apologise(heard)
    assert len(bot.shown()) == 1


# -- by polling


async def test_by_polling_everything_is_answered_in_order(bot: Bot, fake: FakeZaloBot, until: Until) -> None:
    fake.webhook = {"url": "https://of.before.example/", "secret_token": "12345678"}
    words = ["khai sinh", "lệ phí bao nhiêu?", "khai tử", "giấy tờ gồm những gì?"]
    for number in range(20):
        fake.says(words[number % 4], HOA if number % 3 else MAI)
    async with polling(bot.api, bot.inbox, bot.alarms, bot.me, SOON):
        await until(lambda: len(bot.heard()) + len(bot.heard(HOA)) == 20)
        fake.says("kết hôn")
        await until(lambda: len(bot.heard()) + len(bot.heard(HOA)) == 21)
    await bot.inbox.settled()
    assert bot.heard(HOA) == [words[number % 4] for number in range(20) if number % 3]
    assert bot.heard() == [words[number % 4] for number in range(20) if not number % 3] + ["kết hôn"]
    assert bot.shown()
    assert bot.shown(HOA)
    assert fake.called[:2] == ["getMe", "deleteWebhook"]
    assert bot.me.names == (NAME, "bot.VDKyGxQvc")


async def test_an_update_given_is_kept_before_the_next_is_asked_for(bot: Bot, fake: FakeZaloBot, until: Until) -> None:
    """The platform has forgotten it, so while the database does not take it ours is the only copy."""

    @dataclass
    class Full:
        """In place of the inbox."""

        taken: list[Update] = field(default_factory=list)
        failures: int = 5

        async def take(self, updates: Sequence[Update]) -> None:
            if self.failures:
                self.failures -= 1
                raise OSError("no space left")
            assert len(fake.given) == len(self.taken) + 1
            self.taken += updates

    for _ in range(3):
        fake.says("khai sinh")
    full = Full()
    task = asyncio.create_task(Listener(bot.api, full, bot.alarms, SOON).listen())  # type: ignore[arg-type]
    with capture_logs() as logs:
        await until(lambda: len(full.taken) == 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [update.key for update in full.taken] == [raw["message"]["message_id"] for raw in fake.given]
    assert [entry["error"] for entry in logs if entry["event"] == "zalobot: not kept yet"] == ["OSError"] * 5


async def test_while_the_platform_is_away_it_is_asked_again(
    bot: Bot, fake: FakeZaloBot, until: Until, clock: Clock
) -> None:
    """At the start and later; the operator is told once it has lasted, and once when it is over."""
    fake.faults = [(502, "<html>")] * 3
    fake.says("khai sinh")
    async with polling(bot.api, bot.inbox, bot.alarms, bot.me, SOON):
        await until(lambda: bot.heard() == ["khai sinh"])
        assert bot.rung() == set()
        fake.faults = [(502, "<html>")] * 10_000
        await until(lambda: len(fake.faults) < 9_990)
        clock.passes(timedelta(minutes=2))
        await until(lambda: bot.rung() == {"zalobot:polling"})
        fake.faults = []
        fake.says("khai tử")
        await until(lambda: bot.heard() == ["khai sinh", "khai tử"])
        await until(lambda: bot.rung() == set())


async def test_nothing_new_is_no_failure_and_no_flood_of_questions(
    bot: Bot, fake: FakeZaloBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the platform says at once that nothing is new, instead of waiting."""
    fake.patience = 0
    paused: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        paused.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.handlers.zalobot.polling.asyncio.sleep", noted)
    with capture_logs() as logs:
        async with polling(bot.api, bot.inbox, bot.alarms, bot.me, SOON):
            async with asyncio.timeout(20):
                while len(paused) < 20:
                    await sleep(0.005)
    assert [entry for entry in logs if entry["log_level"] != "info"] == []
    assert bot.rung() == set()
    assert fake.called.count("getUpdates") <= len(paused) + 1  # after each question a pause, for the rest of a second
    assert max(paused) <= ROUND


async def test_a_token_that_is_not_known_rings_and_stops_nothing(bot: Bot, fake: FakeZaloBot, until: Until) -> None:
    """The other channels are served; should the platform know the token after all, so is this one."""
    fake.faults = [(401, "Unauthorized")] * 5
    fake.says("khai sinh")
    async with polling(bot.api, bot.inbox, bot.alarms, bot.me, SOON):
        assert bot.rung() == {"zalobot:token"}
        await until(lambda: bot.heard() == ["khai sinh"])
        await until(lambda: bot.rung() == set())


async def test_a_token_that_turns_out_wrong_after_an_unreached_start_rings(
    bot: Bot, fake: FakeZaloBot, until: Until
) -> None:
    fake.faults = [(502, "<html>"), (401, "Unauthorized"), (401, "Unauthorized"), (502, "<html>")]
    fake.says("khai sinh")
    async with registered(bot.api, bot.alarms, "https://a.gov.vn", "12345678", bot.me, SOON):
        await until(lambda: bot.rung() == {"zalobot:token"})
        await until(lambda: bot.rung() == set())
    assert fake.webhook["url"] == f"https://a.gov.vn{PATH}"


async def test_while_the_token_is_unknown_what_is_said_waits_and_only_one_alarm_tells_why(
    bot: Bot, fake: FakeZaloBot
) -> None:
    fake.says("khai sinh")
    fake.faults = [(401, "Unauthorized")]
    with pytest.raises(SendError) as failure:
        await bot.channel.send(MAI, (Message((ShownLine("Xin chào"),)),))
    assert (failure.value.outage, failure.value.told) == (True, True)
    assert bot.rung() == {"zalobot:token"}


async def test_a_token_taken_back_meanwhile_rings(bot: Bot, fake: FakeZaloBot, until: Until) -> None:
    async with polling(bot.api, bot.inbox, bot.alarms, bot.me, SOON):
        await until(lambda: "getUpdates" in fake.called)
        fake.faults = [(401, "Unauthorized")] * 10_000
        await until(lambda: bot.rung() == {"zalobot:token"})
        fake.faults = []
        await until(lambda: bot.rung() == set())


# -- by webhook


@dataclass
class Address:
    url: URL
    webhook: ZaloBotWebhook


@pytest.fixture
async def address(aiohttp_server: Serves, bot: Bot) -> AsyncIterator[Address]:
    webhook = ZaloBotWebhook(bot.inbox, SECRET)
    app = web.Application()
    app.router.add_post(PATH, webhook.take)
    server = await aiohttp_server(app)
    yield Address(server.make_url(PATH), webhook)
    await webhook.close()


async def test_by_webhook_everything_is_answered_once(bot: Bot, fake: FakeZaloBot, address: Address) -> None:
    async with registered(bot.api, bot.alarms, OURS + "/", SECRET, bot.me, SOON):
        assert fake.webhook == {"url": f"{OURS}/zalobot/webhook", "secret_token": SECRET}
        first, second = fake.says("khai sinh"), fake.says("lệ phí bao nhiêu?")
        wrapped = {"ok": True, "result": second}
        assert await fake.pushes(bot.http, address.url, first) == 200
        assert await fake.pushes(bot.http, address.url, first) == 200
        assert await fake.pushes(bot.http, address.url, wrapped) == 200
        assert await fake.pushes(bot.http, address.url, first) == 200
    await bot.inbox.settled()
    assert bot.heard() == ["khai sinh", "lệ phí bao nhiêu?"]
    assert bot.shown()
    assert fake.webhook  # the next process is called, too


async def test_who_does_not_know_the_secret_is_shut_out(bot: Bot, fake: FakeZaloBot, address: Address) -> None:
    update = fake.says("khai sinh")
    with capture_logs() as logs:
        for secret in ("guess", "", SECRET + "x", SECRET.upper(), "bí-mật"):
            headers = {"X-Bot-Api-Secret-Token": secret}
            async with bot.http.post(address.url, json=update, headers=headers) as answer:
                assert answer.status == 403
        async with bot.http.post(address.url, json=update) as answer:
            assert answer.status == 403
    assert bot.store.run_now(lambda unit: unit.inbox.count()) == 0
    assert bot.heard() == []
    assert [entry["why"] for entry in logs] == ["wrong secret"]  # told once, not six times


async def test_what_makes_no_sense_is_not_sent_again(bot: Bot, fake: FakeZaloBot, address: Address) -> None:
    whole = json.dumps(fake.says("khai sinh")).encode()
    headers = {"X-Bot-Api-Secret-Token": SECRET}
    for body in (b"", b"{}", b"[]", whole[:-5], b"[" * 100_000, b"\xff\xfe", whole + b" " * LONGEST):
        async with bot.http.post(address.url, data=BytesIO(body), headers=headers) as answer:
            assert answer.status == 200
    assert bot.store.run_now(lambda unit: unit.inbox.count()) == 0


async def test_what_cannot_be_kept_is_to_come_again(bot: Bot, fake: FakeZaloBot, address: Address) -> None:
    headers = {"X-Bot-Api-Secret-Token": SECRET}

    async def fails(updates: Sequence[Update]) -> None:
        raise OSError("no space left")

    address.webhook.keeper.inbox = type("Full", (), {"take": staticmethod(fails)})()
    async with bot.http.post(address.url, json=fake.says("khai sinh"), headers=headers) as answer:
        assert answer.status == 503


async def test_a_webhook_is_registered_as_soon_as_the_platform_answers(
    bot: Bot, fake: FakeZaloBot, until: Until
) -> None:
    fake.faults = [(502, "<html>")] * 4
    async with registered(bot.api, bot.alarms, OURS, SECRET, bot.me, SOON):
        await until(lambda: fake.webhook)


# -- the doctor


async def test_what_the_doctor_says(bot: Bot, fake: FakeZaloBot, http: ClientSession, platform: str) -> None:
    async def finds(mode: Any) -> list[tuple[bool, str]]:
        return list(await check(bot.api, mode, OURS))

    (well, words), way_in = await finds("polling")
    assert well
    assert "50 people" in words
    assert "3,000 messages" in words
    assert NAME in words
    assert way_in[0]
    assert not (await finds("webhook"))[1][0]
    fake.webhook = {"url": f"{OURS}{PATH}", "secret_token": SECRET}
    assert (await finds("webhook"))[1][0]
    assert not (await finds("polling"))[1][0]
    fake.webhook = {"url": "https://elsewhere.example/", "secret_token": SECRET}
    assert "elsewhere" in (await finds("webhook"))[1][1]
    for api, said in (
        (ZaloBotApi(http, "another", platform), "NOIDAI_ZALOBOT_TOKEN"),
        (ZaloBotApi(http, TOKEN, "http://127.0.0.1:1"), "firewall"),
    ):
        found = await check(api, "polling", OURS)
        assert [well for well, _ in found] == [False]
        assert said in found[0][1]
        assert TOKEN not in found[0][1]
