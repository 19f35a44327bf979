"""Whole sends: from a turn that is kept to what stands on the citizen's screen, whatever Zalo answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.channel import SendError
from bot.dialogue.events import Heard, Started, Wrote
from bot.dialogue.step import Line, Reply, text
from bot.dialogue.world import World
from bot.handlers.files import FileBody
from bot.handlers.zalo.errors import CODES, TEMPLATE_CODES
from bot.handlers.zalo.showing import Showing
from bot.handlers.zalo.templates import Template, Templates
from bot.storage.store import Store
from bot.storage.tables import turn as turn_table
from bot.texts.message import Message, ShownFile
from bot.texts.render import render_notice
from bot.turn import Turns
from tests.conftest import Clock
from tests.zalo_account import FAST, HELLO, Account, Process, Serves, Shelf, message, opened, with_file

USER, CHAT = "2468458835296197922", "zalo:2468458835296197922"
MB = 1024 * 1024
PDF = FileBody("phieu.pdf", "application/pdf", b"%PDF-1.7 a slip")
PNG = FileBody("ma.png", "image/png", b"\x89PNG a code")
CALENDAR = FileBody("lich.ics", "text/calendar", b"BEGIN:VCALENDAR")
LARGE = FileBody("to.pdf", "application/pdf", b"x" * (5 * MB + 1))
COLLECTED = render_notice(Reply((Line(text("notice.collected", number="ND261122-4F7KQ2")),)), "vi")
TEMPLATES = Templates({"notice.collected": Template(template="402155", fill={"ma_hen": "number"})})


class PublicLinks:
    def of(self, file: ShownFile, address: str) -> str | None:
        return f"https://a.vn/f/{file.ref}?for={address}"


@dataclass
class Whole:
    """The bot in one process, before an account."""

    account: Account
    process: Process
    turns: Turns
    clock: Clock

    @property
    def zalo(self) -> Any:
        return self.account.zalo

    @property
    def store(self) -> Store:
        return self.process.store

    def owe(self, *messages: Message, key: str = "n1", chat: str = CHAT) -> None:
        self.store.run_now(lambda unit: unit.turns.notify(chat, key, messages))

    async def deliver(self, *messages: Message) -> str:
        """What became of a notice: shown, held, put off, or given up."""
        self.owe(*messages)
        await self.turns.deliver_owed()
        return self.fate()

    def fate(self, key: str = "n1") -> str:
        self.store.run_now(lambda unit: None)  # what was to be settled soon
        with self.store.engine.connect() as connection:
            row = connection.execute(turn_table.select().where(turn_table.c.update_id == f"notice:{key}")).one()
        if row.held_at:
            return "held"
        if row.due_at:
            return "put off"
        return "shown" if self.zalo.shown or self.zalo.told else "given up"

    def heard_ago(self, time: timedelta) -> None:
        """By us and by Zalo."""
        self.store.run_now(lambda unit: unit.contacts.heard(CHAT))
        self.zalo.heard[USER] = self.clock.now()
        self.clock.passes(time)


@pytest.fixture
async def account(aiohttp_server: Serves, clock: Clock) -> AsyncIterator[Account]:
    async with ClientSession() as session:
        yield await opened(aiohttp_server, session, clock.now)


@pytest.fixture
def whole(account: Account, local_store: Store, world: World, clock: Clock) -> Callable[..., Whole]:
    def made(**given: Any) -> Whole:
        process = account.process(local_store, account.zalo.consent(), **given)
        turns = Turns(local_store, world, {"zalo": process.channel}, alarms=process.alarms)
        return Whole(account, process, turns, clock)

    return made


# As CHANNELS §2.4 has them, written out: what becomes of the message, and which alarm rings.
EXPECTED: dict[int, tuple[str, str | None]] = {
    -32: ("put off", None),
    -100: ("put off", None),  # of a text it cannot be
    -200: ("put off", None),
    -201: ("given up", "zalo:refused"),
    -204: ("put off", "zalo:account"),
    -205: ("put off", "zalo:account"),
    -209: ("put off", "zalo:account"),
    -210: ("given up", "zalo:refused"),
    -211: ("put off", "zalo:account"),
    -212: ("put off", "zalo:account"),
    -213: ("held", None),
    -217: ("held", None),
    -218: ("held", None),
    -219: ("put off", "zalo:account"),
    -221: ("put off", "zalo:account"),
    -223: ("put off", "zalo:account"),
    -224: ("put off", "zalo:account"),
    -227: ("held", None),
    -230: ("held", None),
    -232: ("held", None),
    -233: ("given up", "zalo:refused"),
    -234: ("put off", None),
    -235: ("put off", "zalo:account"),
    -240: ("put off", "zalo:account"),
    -242: ("put off", "zalo:account"),
    -244: ("held", None),
    -248: ("given up", "zalo:refused"),
    -249: ("given up", "zalo:refused"),
    -320: ("held", "zalo:money"),
    -321: ("held", "zalo:money"),
    -31337: ("given up", "zalo:refused"),  # of which nobody told us
    2001: ("given up", "zalo:refused"),
}
RENEWED = (-124, -216, -220)
GONE = (-213, -217, -227, -244)


def test_every_code_of_ours_is_tried_here() -> None:
    assert set(CODES) == {code for code in EXPECTED if code not in (-31337, 2001)} | set(RENEWED)


@pytest.mark.parametrize("code", EXPECTED)
async def test_what_becomes_of_a_message(whole: Callable[..., Whole], clock: Clock, code: int) -> None:
    async def sleep(seconds: float) -> None:
        clock.passes(timedelta(seconds=seconds))

    bot = whole(sleep=sleep)
    bot.zalo.codes[USER] = code
    fate, alarm = EXPECTED[code]
    with capture_logs() as logs:
        assert await bot.deliver(*HELLO) == fate
    assert bot.process.alarm_keys() == ({f"{alarm}:{code}"} if alarm else set())
    assert any(entry.get("code") == code for entry in logs) or code == -32
    assert "Xin chào" not in repr(logs)
    assert bot.store.run_now(lambda unit: unit.contacts.is_gone(CHAT)) == (code in GONE)
    assert bot.zalo.shown == []

    bot.zalo.codes.clear()  # it is mended, or they write again
    clock.passes(timedelta(days=1))
    heard = Heard("zalo", USER, "m1", Wrote("xin chào"))
    await (bot.turns.take(heard) if fate == "held" else bot.turns.deliver_owed())
    arrived = [shown for shown in bot.zalo.texts(USER) if shown == "Xin chào anh/chị"]
    assert len(arrived) == (0 if fate == "given up" else 1)


@pytest.mark.parametrize("code", RENEWED)
async def test_a_refused_token_is_renewed_within_the_send(whole: Callable[..., Whole], clock: Clock, code: int) -> None:
    bot = whole()
    assert await bot.process.says("9") == ""
    bot.zalo.shown.clear()
    clock.passes(timedelta(hours=1))
    bot.zalo.refusals.append(code)
    assert await bot.deliver(*HELLO) == "shown"
    assert bot.zalo.renewals == 2


@pytest.mark.parametrize("code", [-216, -220])
async def test_it_is_renewed_once_and_no_more(whole: Callable[..., Whole], clock: Clock, code: int) -> None:
    bot = whole()
    assert await bot.process.says("9") == ""
    bot.zalo.shown.clear()
    clock.passes(timedelta(hours=1))
    bot.zalo.refusals += [code, code]
    assert await bot.deliver(*HELLO) == "put off"
    assert bot.zalo.renewals == 2
    clock.passes(timedelta(seconds=10))
    await bot.turns.deliver_owed()
    assert bot.zalo.texts(USER) == ["Xin chào anh/chị"]


async def test_a_token_that_ends_between_two_parts_shows_neither_twice(
    whole: Callable[..., Whole], clock: Clock
) -> None:
    bot = whole()
    looked = 0

    def looking(user: str) -> None:
        nonlocal looked
        looked += 1
        if looked == 2:
            clock.passes(timedelta(hours=26))

    bot.zalo.on_message = looking
    assert await bot.deliver(message("Một"), message("Hai"), message("Ba")) == "shown"
    assert bot.zalo.texts(USER) == ["Một", "Hai", "Ba"]
    assert bot.zalo.renewals == 2


async def test_what_arrived_is_not_shown_again_when_the_rest_is(whole: Callable[..., Whole], clock: Clock) -> None:
    bot = whole(files=Shelf({"slip/1": PDF}))
    bot.zalo.refusals += [0, 0, -200]
    assert await bot.deliver(with_file(), message("Hai", buttons=2), message("Ba")) == "put off"
    assert bot.zalo.texts(USER) == ["Phiếu của anh/chị"]
    bot.zalo.refusals += [0, -200]
    clock.passes(timedelta(minutes=1))
    await bot.turns.deliver_owed()
    clock.passes(timedelta(minutes=1))
    await bot.turns.deliver_owed()
    assert bot.zalo.texts(USER) == [
        "Phiếu của anh/chị",
        "Hai\n1. Lựa chọn 1\n2. Lựa chọn 2\nAnh/chị trả lời bằng số, ví dụ: 1",
        "Ba",
    ]
    assert len(bot.zalo.shown) == 4


@pytest.mark.parametrize("fault", ["cut", "page", "500", "503", "half", "empty"])
async def test_an_answer_that_is_none_is_an_outage(whole: Callable[..., Whole], fault: str) -> None:
    bot = whole()
    bot.zalo.breaks.append(fault)
    with pytest.raises(SendError) as failure:
        await bot.process.channel.send(USER, HELLO)
    assert (failure.value.outage, failure.value.retryable, failure.value.sent) == (True, True, 0)


async def test_the_network_is_gone_for_an_hour(whole: Callable[..., Whole], clock: Clock) -> None:
    bot, people = whole(), [f"{number}" for number in range(30)]
    assert await bot.process.says("9") == ""
    bot.zalo.shown.clear()
    clock.passes(timedelta(hours=24, minutes=30))  # and the token ends meanwhile
    bot.zalo.away = True
    with capture_logs() as logs:
        for minute in range(60):
            if minute < len(people):
                await bot.turns.take(Heard("zalo", people[minute], "m1", Started()))
                bot.owe(*HELLO, chat=f"zalo:{people[minute]}")
            for _ in range(2):
                await bot.turns.deliver_owed()
                await bot.process.tokens.keep_fresh()
                clock.passes(timedelta(seconds=30))
        assert bot.zalo.shown == []
        bot.zalo.away = False
        bot.process.tokens._rests_until = 0
        for _ in range(10):
            await bot.turns.deliver_owed()
            clock.passes(timedelta(seconds=30))
    for person in people:
        texts = bot.zalo.texts(person)
        assert texts.count("Xin chào anh/chị") == 1
        assert len(set(texts)) == len(texts) >= 2  # the answer and the notice, nothing twice
    told = [entry["key"] for entry in logs if entry["event"] == "alarm"]
    assert told == ["channel:zalo"]
    assert [entry["key"] for entry in logs if entry["event"] == "alarm over"] == ["channel:zalo"]


async def test_within_seven_days_anything_is_sent(whole: Callable[..., Whole]) -> None:
    bot = whole(templates=TEMPLATES)
    bot.heard_ago(timedelta(days=6, hours=23))
    assert await bot.deliver(COLLECTED) == "shown"
    assert bot.zalo.told == []


async def test_after_seven_days_a_notice_goes_by_its_template(whole: Callable[..., Whole]) -> None:
    bot = whole(templates=TEMPLATES)
    bot.zalo.templates["402155"] = {"ma_hen"}
    bot.heard_ago(timedelta(days=7, minutes=1))
    assert await bot.deliver(COLLECTED) == "shown"
    assert bot.zalo.shown == []
    assert bot.zalo.told == [{"user_id": USER, "template_id": "402155", "template_data": {"ma_hen": "ND261122-4F7KQ2"}}]


@pytest.mark.parametrize("notice", [HELLO[0], COLLECTED])
async def test_without_one_it_waits_for_their_next_word(whole: Callable[..., Whole], notice: Message) -> None:
    bot = whole(templates=TEMPLATES if notice is HELLO[0] else None)
    bot.heard_ago(timedelta(days=8))
    assert await bot.deliver(notice) == "held"
    assert "message/cs" not in bot.zalo.called
    bot.zalo.heard[USER] = bot.clock.now()
    await bot.turns.take(Heard("zalo", USER, "m1", Wrote("xin chào")))
    texts = bot.zalo.texts(USER)
    assert texts[0] == notice.lines[0].words  # before the answer
    assert len(texts) > 1


async def test_where_zalo_counts_otherwise_than_we_do_the_template_is_used_too(whole: Callable[..., Whole]) -> None:
    bot = whole(templates=TEMPLATES)
    bot.zalo.templates["402155"] = {"ma_hen"}
    bot.zalo.refusals.append(-230)
    assert await bot.deliver(COLLECTED) == "shown"
    assert (len(bot.zalo.told), bot.zalo.shown) == (1, [])


async def test_of_whom_nothing_is_known_zalo_is_asked(whole: Callable[..., Whole]) -> None:
    bot = whole()
    assert await bot.deliver(*HELLO) == "shown"


OF_TEMPLATES = {-100: "put off", -124: "shown", -133: "put off", -144: "put off", -147: "put off", -213: "held"}


@pytest.mark.parametrize("code", [*TEMPLATE_CODES, -109, -124, -132, -213, -230, -249, -31337])
async def test_what_a_template_cannot_tell_is_not_lost(whole: Callable[..., Whole], code: int) -> None:
    bot = whole(templates=TEMPLATES)
    bot.zalo.templates["402155"] = {"ma_hen"}
    bot.heard_ago(timedelta(days=8))
    assert await bot.process.says("9") == ""
    bot.zalo.shown.clear()
    bot.clock.passes(timedelta(hours=1))
    bot.zalo.refusals.append(code)
    assert await bot.deliver(COLLECTED) == OF_TEMPLATES.get(code, "held")
    rings = code in (-109, -132, -249, -31337, -115, -126, -136, -137)
    assert bool(bot.process.alarm_keys()) == rings


async def test_a_file_is_uploaded_and_handed_over(whole: Callable[..., Whole]) -> None:
    bot = whole(files=Shelf({"slip/1": PDF, "code/1": PNG}))
    files = (ShownFile("slip/1", "Phiếu gửi hồ sơ"), ShownFile("code/1", "Mã vạch"))
    assert await bot.deliver(Message(message("Đây").lines, files=files)) == "shown"
    words, slip, code = (shown for _, shown in bot.zalo.shown)
    name, body, _ = bot.zalo.uploads[slip["attachment"]["payload"]["token"]]
    assert (words["text"], name, body) == ("Đây", "phieu.pdf", PDF.body)
    element = code["attachment"]["payload"]["elements"][0]
    assert code["text"] == "Mã vạch"
    assert bot.zalo.uploads[element["attachment_id"]][:2] == ("ma.png", PNG.body)


async def test_what_was_uploaded_is_not_uploaded_again(whole: Callable[..., Whole], clock: Clock) -> None:
    bot = whole(files=Shelf({"slip/1": PDF}))
    bot.zalo.refusals += [0, -200]
    assert await bot.deliver(with_file()) == "put off"
    clock.passes(timedelta(minutes=1))
    await bot.turns.deliver_owed()
    assert len(bot.zalo.shown) == 2
    assert bot.zalo.called.count("upload/file") == 1
    clock.passes(timedelta(days=6))
    await bot.process.channel.send(USER, (with_file(),))
    assert bot.zalo.called.count("upload/file") == 2


async def test_what_zalo_has_forgotten_is_uploaded_once_more(whole: Callable[..., Whole]) -> None:
    bot = whole(files=Shelf({"slip/1": PDF}))
    await bot.process.channel.send(USER, (with_file(),))
    bot.zalo.uploads.clear()
    await bot.process.channel.send(USER, (with_file(),))
    assert bot.zalo.called.count("upload/file") == 2
    assert len(bot.zalo.shown) == 4


@pytest.mark.parametrize(
    ("file", "links", "shown"),
    [
        (CALENDAR, PublicLinks(), f"Phiếu gửi hồ sơ: https://a.vn/f/slip/1?for={CHAT}"),
        (LARGE, PublicLinks(), f"Phiếu gửi hồ sơ: https://a.vn/f/slip/1?for={CHAT}"),
        (CALENDAR, None, "Phiếu gửi hồ sơ: chưa gửi được qua Zalo. Anh/chị hỏi bưu cục hoặc xem trên trang web."),
    ],
    ids=["kind", "size", "no address"],
)
async def test_what_zalo_does_not_take_is_linked_to_or_named(
    whole: Callable[..., Whole], file: FileBody, links: PublicLinks | None, shown: str
) -> None:
    bot = whole(files=Shelf({"slip/1": file}), links=links)
    assert await bot.deliver(with_file()) == "shown"
    assert bot.zalo.texts(USER) == ["Phiếu của anh/chị", shown]


async def test_a_file_zalo_refuses_is_linked_to(whole: Callable[..., Whole]) -> None:
    bot = whole(files=Shelf({"slip/1": PDF}), links=PublicLinks())
    bot.zalo.refusals += [0, -100, -100]
    assert await bot.deliver(with_file()) == "shown"
    assert "https://a.vn/f/slip/1" in bot.zalo.texts(USER)[1]
    assert bot.zalo.called.count("upload/file") == 2


async def test_a_file_that_cannot_be_made_is_left_out(whole: Callable[..., Whole]) -> None:
    class Broken:
        async def read(self, ref: str, chat: str) -> FileBody | None:
            raise ValueError("số 12B ngõ 7")

    for files in (Broken(), Shelf({}), None):
        bot = whole(files=files)
        with capture_logs() as logs:
            await bot.process.channel.send(USER, (with_file(), message("Hết")))
        assert bot.zalo.texts(USER)[-2:] == ["Phiếu của anh/chị", "Hết"]
        assert "12B" not in repr(logs)


async def test_buttons_that_are_refused_become_numbers(whole: Callable[..., Whole]) -> None:
    bot = whole(showing=Showing(buttons=True))
    assert await bot.deliver(message("Chọn", buttons=2)) == "shown"
    assert "buttons" in bot.zalo.shown[0][1]["attachment"]["payload"]
    bot.zalo.shown.clear()
    bot.zalo.buttons_taken = False
    await bot.process.channel.send(USER, (message("Chọn", buttons=2), message("Rồi")))
    assert bot.zalo.texts(USER) == [
        "Chọn",
        "1. Lựa chọn 1\n2. Lựa chọn 2\nAnh/chị trả lời bằng số, ví dụ: 1",
        "Rồi",
    ]


async def test_a_card_that_is_refused_is_done_without(whole: Callable[..., Whole]) -> None:
    bot = whole(showing=Showing(picture="https://a.vn/card.png"))
    asked = message("Số điện thoại?", wants="contact")
    await bot.process.channel.send(USER, (asked,))
    assert bot.zalo.shown[1][1]["attachment"]["payload"]["template_type"] == "request_user_info"
    bot.zalo.refusals += [0, -233]
    await bot.process.channel.send(USER, (asked,))
    assert len(bot.zalo.shown) == 3


async def test_an_apology_is_said_if_it_can_be(whole: Callable[..., Whole]) -> None:
    bot = whole()
    heard = Heard("zalo", USER, "m1", Wrote("xin chào"))
    await bot.process.channel.apologise(heard)
    assert "trục trặc" in bot.zalo.texts(USER)[0]
    bot.zalo.breaks.append("cut")
    await bot.process.channel.apologise(heard)


async def test_an_answer_zalo_will_not_have_is_not_followed_by_silence(whole: Callable[..., Whole]) -> None:
    bot = whole()
    for messages, said in ((HELLO, ["trục trặc"]), ((COLLECTED,), [])):  # of a notice nobody waits for the answer
        bot.zalo.refusals.append(-248)
        with pytest.raises(SendError):
            await bot.process.channel.send(USER, messages)
        assert [words in text for words, text in zip(said, bot.zalo.texts(USER), strict=True)] == [True] * len(said)
        bot.zalo.shown.clear()


async def test_one_code_does_not_hide_another(whole: Callable[..., Whole]) -> None:
    bot = whole()
    for code in (-248, -9999, -9999, -201):
        bot.zalo.refusals.append(code)
        with pytest.raises(SendError):
            await bot.process.channel.send(USER, HELLO)
    assert bot.process.alarm_keys() == {"zalo:refused:-248", "zalo:refused:-9999", "zalo:refused:-201"}


async def test_a_new_token_that_is_refused_too_loses_nothing(whole: Callable[..., Whole], clock: Clock) -> None:
    """However often it is tried; what is said later does not overtake it."""
    bot = whole()
    assert await bot.process.says("9") == ""
    bot.zalo.codes[USER] = -216
    assert await bot.deliver(*HELLO) == "put off"
    for _ in range(20):
        clock.passes(timedelta(minutes=2))
        await bot.turns.deliver_owed()
    assert bot.process.alarm_keys() == {"zalo:token"}
    bot.zalo.codes.clear()
    clock.passes(timedelta(minutes=2))
    await bot.turns.take(Heard("zalo", USER, "m1", Wrote("xin chào")))
    assert bot.zalo.texts(USER)[0] == "Xin chào anh/chị"


async def test_an_alarm_is_over_when_it_was_quiet_for_an_hour(whole: Callable[..., Whole], clock: Clock) -> None:
    bot = whole()
    bot.zalo.codes[USER] = -321
    for number in range(10):
        await bot.process.says("9")
        with pytest.raises(SendError):
            await bot.process.channel.send(USER, HELLO)
        await bot.process.channel.send(str(number), HELLO)
        assert bot.process.alarm_keys() == {"zalo:money:-321"}
        clock.passes(timedelta(minutes=5))
    clock.passes(timedelta(hours=1))
    await bot.process.channel.send("9", HELLO)
    assert bot.process.alarm_keys() == set()


async def test_never_more_calls_a_minute_than_granted(whole: Callable[..., Whole], clock: Clock) -> None:
    times: list[float] = []

    async def sleep(seconds: float) -> None:
        clock.passes(timedelta(seconds=seconds))

    bot = whole(a_minute=30.0, sleep=sleep)
    bot.zalo.on_message = lambda user: times.append(clock.now().timestamp())
    await bot.process.says("0")
    clock.passes(timedelta(minutes=10))
    for number in range(150):
        assert await bot.process.says(str(number)) == ""
    assert max(sum(start <= time < start + 60 for time in times) for start in times) <= 30
    assert times[-1] - times[1] < 150 / 30 * 60 * 1.5
    assert times[5] == times[1]  # an answer of some parts need not wait


async def test_where_less_is_granted_than_we_think_nothing_is_lost(whole: Callable[..., Whole], clock: Clock) -> None:
    async def sleep(seconds: float) -> None:
        clock.passes(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    bot = whole(a_minute=FAST, sleep=sleep)
    bot.zalo.limit = 20
    with capture_logs() as logs:
        for number in range(100):
            bot.owe(*HELLO, chat=f"zalo:{number}", key=f"n{number}")
        for _ in range(60):
            await bot.turns.deliver_owed()
            clock.passes(timedelta(seconds=10))
    assert sorted(user for user, _ in bot.zalo.shown) == sorted(str(number) for number in range(100))
    assert sum("granted less" in entry["event"] for entry in logs) == 1


async def test_after_too_many_calls_all_wait_and_longer_each_time(whole: Callable[..., Whole], clock: Clock) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.passes(timedelta(seconds=seconds))

    bot = whole(sleep=sleep)
    bot.zalo.refusals += [-32]
    assert await bot.process.says("1") == ""
    assert [wait for wait in waits if wait > 1] == [10.0]
    waits.clear()
    bot.zalo.refusals += [-32, -32]
    assert await bot.process.says("1") == "rate"  # twenty seconds more are too long to be waited for here
    assert [wait for wait in waits if wait > 1] == [10.0]
    assert await bot.process.says("2") == "rate"
    assert bot.zalo.texts("2") == []
    clock.passes(timedelta(seconds=20))
    assert await bot.process.says("2") == ""


async def test_when_no_call_remains_the_next_one_waits(whole: Callable[..., Whole], clock: Clock) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.passes(timedelta(seconds=seconds))

    bot = whole(sleep=sleep)
    bot.zalo.limit = 3
    for number in range(4):
        assert await bot.process.says(str(number)) == ""
        bot.zalo.minutes.clear() if number == 2 else None
    assert [wait for wait in waits if wait > 1] == [10.0]


async def test_the_limit_is_one_over_all_processes(
    account: Account, open_store: Callable[[], Store], clock: Clock
) -> None:
    async def sleep(seconds: float) -> None:
        clock.passes(timedelta(seconds=seconds))

    times: list[float] = []
    account.zalo.on_message = lambda user: times.append(clock.now().timestamp())
    consent = account.zalo.consent()
    processes = [account.process(open_store(), consent, a_minute=30.0, sleep=sleep) for _ in range(3)]
    for number in range(60):
        assert await processes[number % 3].says(str(number)) == ""
    assert max(sum(start <= time < start + 60 for time in times) for start in times) <= 30


async def test_who_would_wait_too_long_is_put_off(whole: Callable[..., Whole]) -> None:
    bot = whole(a_minute=1.0)
    assert await bot.process.says("1") == ""
    assert await bot.process.says("1") == "rate"
    assert bot.zalo.called.count("message/cs") == 1
