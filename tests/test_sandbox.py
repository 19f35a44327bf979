"""The pretend post: the postman's ways, its clock, what it keeps through a kill, its page, and how strict it is."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestClient
from yarl import URL

from bot import app
from bot.dialogue.world import World
from bot.pickup.order import Visit
from bot.pickup.progress import Status
from bot.sandbox.faults import CALLS, FAULTS, Faults
from bot.sandbox.office import Office
from bot.sandbox.page import ENDING_WORDS, FAULT_WORDS, STATUSES
from bot.sandbox.parcel import ENDINGS, Asked, Ending
from bot.sandbox.wire import application
from bot.services.post.hcc import order_fields
from bot.services.post.hcc_bus import below
from bot.services.post.ngsp import Account, NgspGateway
from bot.services.post.tokens import Credentials
from bot.settings import Settings
from knowledge.zone import VIETNAM
from tests.conftest import Clock
from tests.pretend_post import LATER, NOW, PRIVATE, SECRET, VISIT, communes, number
from tests.pretend_post import order as an_order

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

A_MONTH = timedelta(days=30)
THERE: list[Status] = ["accepted", "on_the_way", "collected", "handed_over"]


def asked(count: int = 1, **changes: Any) -> Asked:
    usual = {
        "number": number(count),
        "name": "Nông Thị Mai",
        "commune": "phường Đông Kinh",
        "visit": VISIT,
        "back": True,
    }
    return Asked(**{**usual, **changes})


@pytest.fixture
def moment() -> Clock:
    return Clock(NOW)


@pytest.fixture
def office(moment: Clock) -> Office:
    return Office.opened(wall=moment.now)


def way(office: Office, count: int = 1) -> list[Status]:
    return [event.status for event in office.events() if event.number == number(count)]


# -- the postman


@pytest.mark.parametrize(
    ("ending", "back", "expected"),
    [
        ("smooth", False, THERE),
        ("smooth", True, [*THERE, "result_on_the_way", "delivered"]),
        ("refused", True, ["refused"]),
        ("collection_fails", False, ["accepted", "on_the_way", "collection_failed", "on_the_way", *THERE[2:]]),
        (
            "delivery_fails",
            True,
            [*THERE, "result_on_the_way", "delivery_failed", "result_on_the_way", "delivered"],
        ),
        ("returned", True, [*THERE, *["result_on_the_way", "delivery_failed"] * 2, "returned"]),
    ],
)
def test_each_way_comes_to_its_end(office: Office, ending: Ending, back: bool, expected: list[Status]) -> None:
    office.script(number(1), ending)
    office.take(asked(back=back), "ngsp")
    office.advance(A_MONTH)
    assert way(office) == expected
    assert office.parcels()[0].next is None
    times = [event.at for event in office.events()]
    assert times == sorted(times)


def test_the_postman_comes_in_the_shift_that_was_asked_for(office: Office) -> None:
    office.take(asked(1), "ngsp")
    office.take(asked(2, visit=LATER), "ngsp")
    office.advance(A_MONTH)
    came = {event.number: event.at.astimezone(VIETNAM) for event in office.events() if event.status == "on_the_way"}
    assert came[number(1)].date() == VISIT.day
    assert 8 <= came[number(1)].hour < 11
    assert came[number(2)].date() == LATER.day
    assert 13 <= came[number(2)].hour < 17


def test_desks_are_shut_on_a_day_off(office: Office) -> None:
    office.take(asked(visit=Visit(day=date(2026, 11, 23), shift="morning")), "ngsp")
    office.advance(A_MONTH)
    handed = next(event for event in office.events() if event.status == "handed_over")
    assert handed.at.astimezone(VIETNAM).date() == date(2026, 11, 25)  # the 24th is a public holiday


def test_a_new_visit_counts_from_when_it_is_told(office: Office) -> None:
    office.script(number(1), "collection_fails")
    office.take(asked(), "ngsp")
    while office.parcels()[0].status != "collection_failed":
        office.step(number(1))
    assert office.take(asked(visit=LATER), "ngsp").outcome == "moved"
    office.advance(A_MONTH)
    second = [event.at for event in office.events() if event.status == "on_the_way"][1]
    assert second.astimezone(VIETNAM).date() == LATER.day


def test_what_is_taken_twice_is_one_order_and_counted_twice(office: Office) -> None:
    assert [office.take(asked(), "ngsp").outcome for _ in range(3)] == ["new", "known", "known"]
    assert (office.tally()[number(1)].received, office.tally()[number(1)].became) == (3, 1)


def test_a_wire_that_knows_no_number_again_makes_another_order_each_time(office: Office) -> None:
    items = {office.take(asked(), "myvnpost", once=False).parcel.item for _ in range(2)}
    assert len(items) == 2
    assert (office.tally()[number(1)].received, office.tally()[number(1)].became) == (2, 2)


def test_cancelled_is_the_end(office: Office) -> None:
    parcel = office.take(asked(), "ngsp").parcel
    assert office.cancel(parcel)
    assert office.cancel(parcel)
    office.advance(A_MONTH)
    assert way(office) == ["cancelled"]


def test_a_button_does_one_step_and_another_all(office: Office) -> None:
    office.take(asked(), "ngsp")
    office.step(number(1))
    assert way(office) == ["accepted"]
    office.finish(number(1))
    assert way(office)[-1] == "delivered"
    office.step(number(1))
    office.step("no such number")
    assert len(way(office)) == 6


def test_the_end_may_be_changed_on_the_way(office: Office) -> None:
    office.take(asked(), "ngsp")
    office.step(number(1))
    office.step(number(1))
    office.script(number(1), "collection_fails")
    office.step(number(1))
    assert way(office)[-1] == "collection_failed"


def test_late_and_double_news_are_complete(moment: Clock) -> None:
    muddled = Office.opened(wall=moment.now, faults=Faults({"duplicate": 0.4, "out_of_order": 0.6}, seed=5))
    for count in range(10):
        muddled.take(asked(count), "ngsp")
    muddled.advance(A_MONTH)
    ids = [event.id for event in muddled.events()]
    assert ids == sorted(set(ids))
    assert all(set(way(muddled, count)) == {*THERE, "result_on_the_way", "delivered"} for count in range(10))
    assert len(ids) > 60
    times = [[event.at for event in muddled.events() if event.number == number(count)] for count in range(10)]
    assert any(one != sorted(one) for one in times)


# -- the clock


def test_the_clock_runs_as_fast_as_told_and_never_back(office: Office, moment: Clock) -> None:
    office.run_at(600)
    moment.passes(timedelta(minutes=1))
    assert office.now() - NOW == timedelta(hours=10)
    office.run_at(1)
    moment.passes(timedelta(minutes=1))
    assert office.now() - NOW == timedelta(hours=10, minutes=1)
    with pytest.raises(ValueError, match="forward"):
        office.advance(-timedelta(seconds=1))


def test_time_does_what_is_due_by_itself(office: Office, moment: Clock) -> None:
    office.take(asked(), "ngsp")
    moment.passes(A_MONTH)
    assert way(office)[-1] == "delivered"


def test_a_file_keeps_all_and_the_clock_goes_on(tmp_path: Path, moment: Clock) -> None:
    file = tmp_path / "post.db"
    before = Office.opened(file, wall=moment.now, speed=60)
    before.take(asked(), "ngsp")
    before.advance(timedelta(days=5))
    events, now = before.events(), before.now()
    before.close()
    after = Office.opened(file, wall=moment.now)
    assert after.now() == now
    assert after.events() == events
    assert after.tally()[number(1)].became == 1
    moment.passes(timedelta(minutes=1))
    assert after.now() - now == timedelta(hours=1)
    after.close()
    moment.passes(timedelta(days=6))
    later = Office.opened(file, wall=moment.now)
    assert later.now() == moment.now()  # not sixty times six days ahead
    later.close()


# -- faults


def test_the_same_seed_fails_in_the_same_way_and_about_as_often_as_told() -> None:
    one, other = Faults.spread(0.3, seed=1), Faults.spread(0.3, seed=1)
    drawn = [one.of_call() for _ in range(3000)]
    assert drawn == [other.of_call() for _ in range(3000)]
    assert {fault for fault in drawn if fault} == set(CALLS)
    assert 0.27 < sum(fault is not None for fault in drawn) / 3000 < 0.33


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        Faults().switch("slow", rate)


# -- the wire


async def token(browser: Browser) -> str:
    async with browser.post("/ngsp/token", data={"grant_type": "client_credentials"}, auth=None, headers=BASIC) as got:
        return str((await got.json())["access_token"])


BASIC = {"Authorization": "Basic c2FuZGJveDpzYW5kYm94"}
ORDER = "/ngsp/apiVNPostNGSP/p1.0/order"


@pytest.fixture
async def browser(aiohttp_client: Opens, office: Office) -> Browser:
    return await aiohttp_client(application(office, slow=0.1))


async def posted(browser: Browser, fields: dict[str, Any]) -> str:
    headers = {"Authorization": f"Bearer {await token(browser)}"}
    async with browser.post(f"{ORDER}/post", json=fields, headers=headers) as answer:
        return str((await answer.json())["Status"])


FIELDS = order_fields(an_order(), VISIT, communes(), "SANDBOX")


async def test_what_the_wire_asks_for_is_taken(browser: Browser) -> None:
    assert await posted(browser, FIELDS) == "100"
    assert await posted(browser, FIELDS) == "101"


@pytest.mark.parametrize("field", FIELDS)
async def test_every_field_must_be_there(browser: Browser, office: Office, field: str) -> None:
    assert await posted(browser, {name: value for name, value in FIELDS.items() if name != field}) == "400"
    assert not office.parcels()


@pytest.mark.parametrize(
    "wrong",
    [
        {"SenderProvince": "20"},
        {"SenderProvince": True},
        {"SenderName": " "},
        {"CustomerCode": "SOMEBODY"},
        {"ItemCode": "HC000000015VN"},
        {"SenderTel": 912345678},
    ],
)
async def test_a_field_must_be_of_its_kind_and_known(browser: Browser, wrong: dict[str, Any]) -> None:
    assert await posted(browser, {**FIELDS, **wrong}) == "400"


async def test_without_a_good_token_nothing_is_taken(browser: Browser, office: Office) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "x"}):
        async with browser.post(f"{ORDER}/post", json=FIELDS, headers=headers) as answer:
            assert answer.status == 401
    async with browser.post("/ngsp/token", data={"grant_type": "client_credentials"}) as answer:
        assert answer.status == 401
    assert not office.tally()


async def test_the_wires_are_for_this_machine_alone(browser: Browser) -> None:
    async with browser.post("/ngsp/token", headers={**BASIC, "X-Forwarded-For": "1.2.3.4"}) as answer:
        assert answer.status == 403


# -- the page


async def pressed(browser: Browser, deed: str, origin: str | None = "", **fields: str) -> int:
    own = str(browser.make_url("/").origin()) if origin == "" else origin
    headers = {"Origin": own} if own else {}
    async with browser.post(f"/sandbox/{deed}", data=fields, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def shown(browser: Browser, **headers: str) -> tuple[int, str]:
    async with browser.get("/sandbox/", headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_page_says_that_it_is_pretence_and_shows_no_person(browser: Browser, office: Office) -> None:
    await posted(browser, FIELDS)
    office.script(number(1), "collection_fails")
    office.advance(timedelta(days=5))
    status, page = await shown(browser)
    assert status == 200
    assert "Đây không phải bưu điện thật" in page
    assert number(1) in page
    assert "N. T. T. M." in page
    assert "phường Đông Kinh, tỉnh Lạng Sơn" in page
    assert "Không liên lạc được với người gửi" in page
    assert not [words for words in PRIVATE if words in page]
    assert "<script" not in page


async def test_the_buttons_do_what_they_say(browser: Browser, office: Office) -> None:
    office.take(asked(), "ngsp")
    assert await pressed(browser, "step", number=number(1)) == 303
    assert office.parcels()[0].status == "accepted"
    assert await pressed(browser, "script", number=number(1), ending="collection_fails") == 303
    assert await pressed(browser, "advance", hours="1") == 303
    assert office.now() - NOW == timedelta(hours=1)
    assert await pressed(browser, "finish", number=number(1)) == 303
    assert "collection_failed" in way(office)
    assert way(office)[-1] == "delivered"
    assert await pressed(browser, "faults", html="30", slow="10") == 303
    assert (office.faults.rates["html"], office.faults.rates["slow"], office.faults.rates["cut_after"]) == (0.3, 0.1, 0)
    assert await pressed(browser, "speed", speed="60") == 303
    assert office.clock.speed == 60
    assert (await shown(browser))[0] == 200


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("advance", {"hours": "-1"}),
        ("advance", {"hours": "nan"}),
        ("advance", {"hours": "x"}),
        ("advance", {}),
        ("speed", {"speed": "-5"}),
        ("script", {"number": "x", "ending": "explode"}),
        ("faults", {"html": "1000"}),
        ("step", {}),
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(
    browser: Browser, office: Office, deed: str, fields: Any
) -> None:
    assert await pressed(browser, deed, **fields) == 400
    assert office.now() == NOW
    assert (await shown(browser))[0] == 200


async def test_an_unknown_button_is_none(browser: Browser) -> None:
    assert await pressed(browser, "destroy") == 404


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_only_the_page_itself_may_press_buttons(browser: Browser, office: Office, origin: str | None) -> None:
    assert await pressed(browser, "advance", origin, hours="1") == 403
    assert office.now() == NOW


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Forwarded": "for=x"}, {"Host": "evil.example"}],
)
async def test_nobody_from_afar_sees_it(browser: Browser, headers: dict[str, str]) -> None:
    status, page = await shown(browser, **headers)
    assert status == 403
    assert "Bưu điện" not in page


async def test_names_from_the_wire_are_text_on_the_page(browser: Browser, office: Office) -> None:
    office.take(asked(number="<script>", commune="<b>x</b>"), "ngsp")
    _, page = await shown(browser)
    assert "<script" not in page
    assert "<b>" not in page


def test_the_page_has_words_for_everything() -> None:
    assert set(FAULT_WORDS) == set(FAULTS)
    assert set(ENDING_WORDS) == set(ENDINGS)
    assert len(STATUSES) == 12


# -- alone, and killed


async def started(database: Path, *more: str) -> tuple[asyncio.subprocess.Process, URL]:
    command = (sys.executable, "-m", "bot.sandbox", "--port", "0", "--database", str(database), *more)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    return process, URL((await process.stdout.readline()).decode().strip())


async def test_a_kill_loses_no_order_and_the_file_holds_no_person(tmp_path: Path) -> None:
    file = tmp_path / "post.db"
    process, base = await started(file, "--speed", "100000", "--seed", "1")
    async with ClientSession() as session:
        account = Account(
            below(str(base / "ngsp/apiVNPostNGSP/p1.0")),
            Credentials(base / "ngsp/token", "sandbox", "sandbox"),
            "SANDBOX",
        )
        gateway = NgspGateway(session, account, communes(), ClientTimeout(total=10))
        for count in range(20):
            await gateway.place(an_order(count), again=False)
        process.kill()
        await process.wait()
    after = Office.opened(file)
    assert {(one.received, one.became) for one in after.tally().values()} == {(1, 1)}
    assert len(after.tally()) == 20
    after.advance(timedelta(days=60))
    assert {way(after, count)[-1] for count in range(20)} == {"delivered"}
    after.close()
    content = everything_in(tmp_path)
    assert number(1).encode() in content
    assert not [words for words in PRIVATE if words.encode() in content]


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_it_stops_when_told(tmp_path: Path) -> None:
    process, base = await started(tmp_path / "post.db")
    async with ClientSession() as session, session.get(base / "sandbox/") as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


def test_nothing_of_a_secret_is_in_what_describes_an_account() -> None:
    credentials = Credentials(URL("https://x"), SECRET, SECRET)
    assert SECRET not in repr(Account(below("https://x"), credentials, SECRET))


def test_the_days_are_those_of_viet_nam(office: Office) -> None:
    late = datetime(2026, 11, 21, 20, tzinfo=VIETNAM)
    assert office.postman.earliest(late).day == date(2026, 11, 23)


@pytest.mark.parametrize(("public", "status"), [(None, 200), ("https://bot.example", 404)])
async def test_an_installation_that_is_reached_from_outside_shows_its_levers_to_nobody(
    aiohttp_client: Opens, world: World, tmp_path: Path, public: str | None, status: int
) -> None:
    """A proxy that says nothing of whom it asks for, and passes on a made-up Host, looks like this machine itself."""
    files = {"data_key_file": tmp_path / "key", "sandbox_file": tmp_path / "post.db"}
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/n.db", public_url=public, **files)
    async with app.assembled(settings, world) as application:
        browser = await aiohttp_client(application)
        for path in ("/sandbox/", "/sandbox/agency/"):
            async with browser.get(path, headers={"Host": "localhost"}) as answer:
                assert answer.status == status
        async with browser.get("/") as answer:
            assert ('href="/sandbox/"' in await answer.text()) is (public is None)
