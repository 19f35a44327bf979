"""The pretend agencies: courses, clock, what a restart keeps, five wires and all that goes wrong on them, the page."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from aiohttp import ClientError, ClientResponse, web
from aiohttp.test_utils import TestClient

from bot.dossiers.dossier import BY_NUMBER, ENDED, Status
from bot.pickup.order import Visit
from bot.sandbox.agency import wire_igate, wire_portal, wire_shape1, wire_shape2, wire_shape3
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.codes import ROOTS
from bot.sandbox.agency.courses import COURSES
from bot.sandbox.agency.faults import AGENCY_FAULTS, TWISTS, AgencyFaults
from bot.sandbox.agency.folder import Course, Wire
from bot.sandbox.agency.page import COURSE_WORDS, STATUSES, WIRE_WORDS, words_of
from bot.sandbox.agency.view import View
from bot.sandbox.agency.wire import WIRES, application
from bot.sandbox.faults import CALLS
from bot.sandbox.office import Office
from bot.sandbox.parcel import Asked
from bot.sandbox.wire import application as post_and_agencies
from knowledge.calendar import load_calendar
from knowledge.codes import find_codes
from knowledge.meanings import DossierCode
from knowledge.zone import VIETNAM
from tests.conftest import Clock
from tests.pretend_post import NAME, NOW, PHONE, VISIT, number

Browser = TestClient[web.Request, web.Application]
Opens = Callable[[web.Application], Awaitable[Browser]]

MONDAY = datetime(2026, 11, 9, 1, 30, tzinfo=UTC)  # half past eight; no holiday for two weeks
A_MONTH = timedelta(days=30)
BEGIN: list[Status] = ["registered", "received", "processing"]
SAMPLE: dict[Wire, str] = {
    "igate": "000.01.20.H90-261104-0004",
    "portal": "G99.20-20261103-0000005",
    "shape1": "H92.05-261104-0003",
    "shape2": "000.01.20.H93-261103-0006",
    "shape3": "H94.05-261103-0007",
}
GOING = "H90.05-261109-0021"


@pytest.fixture
def moment() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def bureau(moment: Clock) -> Bureau:
    return Bureau.opened(wall=moment.now)


def seen(bureau: Bureau, code: str) -> View:
    view = bureau.look(code)
    assert view
    return view


def statuses(view: View) -> list[Status]:
    """Without what says the same again."""
    told = [step.stage.status for step in view.past]
    return [status for status, before in zip(told, [None, *told], strict=False) if status != before]


# -- courses


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("smooth", [*BEGIN, "done", "returned"]),
        ("early", [*BEGIN, "done", "returned"]),
        ("late", [*BEGIN, "done", "returned"]),
        ("late_apology", [*BEGIN, "done", "returned"]),
        ("supplement", [*BEGIN, "supplement", "processing", "done", "returned"]),
        ("payment", [*BEGIN, "payment", "processing", "done", "returned"]),
        ("rejected", ["registered", "rejected"]),
        ("withdrawn", [*BEGIN, "withdrawn"]),
        ("stopped", [*BEGIN, "stopped"]),
        ("at_desk", [*BEGIN, "done"]),
        ("same_day", [*BEGIN, "done", "returned"]),
    ],
)
def test_each_course_comes_to_its_end(bureau: Bureau, course: Course, expected: list[Status]) -> None:
    bureau.choose(GOING, course)
    bureau.advance(A_MONTH)
    view = seen(bureau, GOING)
    assert statuses(view) == expected
    assert view.coming is None
    times = [told.at for told in view.past]
    assert all(earlier < later for earlier, later in pairwise(times))


def test_every_course_is_tested_and_shown() -> None:
    assert set(COURSES) == set(get_args(Course)) == set(COURSE_WORDS)


def test_an_agency_works_when_offices_do(bureau: Bureau) -> None:
    calendar = load_calendar()
    codes = bureau.seed(200, seed=3)
    bureau.advance(A_MONTH)
    later = [told.at.astimezone(VIETNAM) for code in codes for told in seen(bureau, code).past[1:]]
    assert len(later) > 600
    assert all(calendar.is_working(at.date()) for at in later)
    assert all((7, 30) <= (at.hour, at.minute) <= (17, 0) for at in later)


@pytest.mark.parametrize(("course", "days"), [("smooth", 0), ("early", -3), ("late", 2), ("late_apology", 2)])
def test_it_is_done_so_many_working_days_after_the_day_promised(bureau: Bureau, course: Course, days: int) -> None:
    bureau.choose(GOING, course)
    bureau.advance(A_MONTH)
    view = seen(bureau, GOING)
    assert view.due
    assert view.finished
    due, finished = view.due.astimezone(VIETNAM).date(), view.finished.astimezone(VIETNAM).date()
    assert due == date(2026, 11, 16)  # five working days from Monday
    assert load_calendar().working_days_between(due, finished) == days
    assert (view.apology is not None) is (course == "late_apology")


def test_an_apology_comes_by_the_day_promised_and_names_a_later_one(bureau: Bureau) -> None:
    bureau.choose(GOING, "late_apology")
    while not seen(bureau, GOING).apology:
        bureau.step(GOING)
    view = seen(bureau, GOING)
    assert view.status == "processing"
    assert view.apology
    assert view.apology[0].astimezone(VIETNAM).date() == date(2026, 11, 19)
    assert view.reason is None  # of the apology, not of the dossier


def test_waiting_for_papers_stops_the_agencys_clock(bureau: Bureau) -> None:
    bureau.choose(GOING, "supplement")
    while seen(bureau, GOING).status != "supplement":
        bureau.advance(timedelta(hours=1))
    waiting = seen(bureau, GOING)
    assert waiting.asks
    assert waiting.asks.papers
    assert waiting.last.supply_by
    before = waiting.due
    bureau.advance(A_MONTH)
    after = seen(bureau, GOING).due
    assert before
    assert after
    assert load_calendar().working_days_between(before.date(), after.date()) == 2
    assert seen(bureau, GOING).asks is None


def test_a_button_does_the_next_step_and_another_all(bureau: Bureau) -> None:
    assert seen(bureau, GOING).status == "registered"
    bureau.step(GOING)
    assert seen(bureau, GOING).status == "received"
    assert seen(bureau, GOING).last.at == bureau.now()
    bureau.finish(GOING)
    assert seen(bureau, GOING).status == "returned"
    bureau.step(GOING)
    bureau.step("no such code")
    assert len(seen(bureau, GOING).past) == 6


def test_what_was_told_stays_when_the_course_is_changed(bureau: Bureau) -> None:
    bureau.advance(timedelta(days=1))
    before = seen(bureau, GOING).past
    assert len(before) == 3
    bureau.choose(GOING, "payment")
    assert seen(bureau, GOING).past == before
    bureau.advance(A_MONTH)
    assert statuses(seen(bureau, GOING)) == [*BEGIN, "payment", "processing", "done", "returned"]


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("steps", range(1, 7))
def test_any_course_may_be_chosen_at_any_time(bureau: Bureau, course: Course, steps: int) -> None:
    for first in ("supplement", "payment", "late_apology"):
        bureau.make_samples()
        bureau.choose(GOING, first)
        for _ in range(steps):
            bureau.step(GOING)
        before = seen(bureau, GOING)
        bureau.choose(GOING, course)
        assert seen(bureau, GOING).past == before.past
        bureau.finish(GOING)
        after = seen(bureau, GOING)
        assert after.past[: len(before.past)] == before.past
        assert after.status in {*ENDED, "done"}
        assert after.past == before.past or before.status not in ENDED


# -- the samples


def test_each_of_the_ten_statuses_lies_there_and_in_all_three_shapes(bureau: Bureau) -> None:
    still = {int(view.folder.code[-4:]): view for view in bureau.dossiers() if view.folder.until}
    assert {serial: view.status for serial, view in still.items() if serial <= 10} == BY_NUMBER
    assert still[11].status == still[12].status == "processing"
    for serial in (11, 12):
        due = still[serial].due
        assert due
        assert due < bureau.now()
    assert still[11].apology is None
    assert still[12].apology
    assert still[12].apology[0] > bureau.now()
    assert {view.folder.code.count(".") for view in still.values()} == {1, 3}
    assert sum(len(view.folder.code.split("-")[1]) == 8 for view in still.values()) >= 1


def test_the_samples_are_of_today_and_stand_still_until_a_button_is_pressed(bureau: Bureau) -> None:
    before = {view.folder.code: view.status for view in bureau.dossiers() if view.folder.until}
    bureau.advance(A_MONTH)
    assert {view.folder.code: view.status for view in bureau.dossiers() if view.folder.until} == before
    held = SAMPLE["igate"]
    bureau.step(held)
    assert seen(bureau, held).status == "done"
    bureau.advance(A_MONTH)
    assert seen(bureau, held).status == "done"
    bureau.choose(held, "smooth")
    bureau.advance(A_MONTH)
    assert seen(bureau, held).status == "returned"


@pytest.mark.parametrize("day", [1, 5, 11, 17, 22, 24, 25])
def test_the_samples_make_sense_on_any_day(day: int) -> None:
    """A Sunday, days after a holiday, the holiday itself."""
    today = Clock(datetime(2026, 11, day, 20, tzinfo=UTC))
    bureau = Bureau.opened(wall=today.now)
    still = {int(view.folder.code[-4:]): view for view in bureau.dossiers() if view.folder.until}
    assert {serial: view.status for serial, view in still.items() if serial <= 10} == BY_NUMBER
    assert len(still[12].past) == 5


def test_our_own_reader_knows_each_code(bureau: Bureau) -> None:
    codes = [view.folder.code for view in bureau.dossiers()] + bureau.seed(12)
    for code in codes:
        (found,) = find_codes(f"mã hồ sơ {code}.")
        assert isinstance(found.code, DossierCode)
        assert found.code.code == code
        assert not found.code.is_doubtful(bureau.now().date())


def test_owners_can_be_nobody(bureau: Bureau) -> None:
    for code in bureau.seed(30):
        holder = seen(bureau, code).folder.holder
        assert holder.phone.startswith("000")
        assert holder.identity
        assert holder.identity.startswith("000")


# -- the clock


def test_time_does_what_is_due_by_itself_and_as_fast_as_told(bureau: Bureau, moment: Clock) -> None:
    bureau.run_at(1440)
    moment.passes(timedelta(minutes=9))
    assert bureau.now() - MONDAY == timedelta(days=9)
    assert seen(bureau, GOING).status == "returned"
    with pytest.raises(ValueError, match="forward"):
        bureau.advance(-timedelta(seconds=1))


def test_a_file_keeps_all_and_nothing_told_is_taken_back(tmp_path: Path, moment: Clock) -> None:
    file = tmp_path / "agency.db"
    before = Bureau.opened(file, wall=moment.now, speed=1440)
    moment.passes(timedelta(minutes=3, seconds=1))
    before.choose(GOING, "supplement")
    moment.passes(timedelta(minutes=1))
    told, now = seen(before, GOING).past, before.now()
    assert len(told) > 3  # and killed: it is not closed
    moment.passes(timedelta(hours=10))
    after = Bureau.opened(file, wall=moment.now)
    assert now <= after.now() <= now + timedelta(seconds=1440)
    assert seen(after, GOING).past[: len(told)] == told
    assert after.clock.speed == 1440
    assert after.books.count() == before.books.count()
    moment.passes(timedelta(days=20))
    much_later = Bureau.opened(file, wall=moment.now)
    assert much_later.now() == moment.now()  # not 1440 times as long


def test_the_truth_is_when_it_could_first_be_seen(tmp_path: Path, moment: Clock) -> None:
    """Against somebody who looks every second while the clock is sped up, put forward, stopped and killed."""
    file, chance = tmp_path / "agency.db", Random(7)
    bureau = Bureau.opened(file, wall=moment.now, speed=3600)
    codes = bureau.seed(40, seed=5)
    first_seen: dict[str, list[tuple[Status, datetime]]] = {code: [] for code in codes}

    def look_at_all() -> None:
        for code in codes:
            status = seen(bureau, code).status
            if not first_seen[code] or first_seen[code][-1][0] != status:
                first_seen[code].append((status, moment.now()))

    look_at_all()
    for second in range(400):
        moment.passes(timedelta(seconds=1))
        match second % 80:
            case 20:
                bureau.run_at(chance.choice([600, 1800, 7200]))
            case 45:
                bureau.advance(timedelta(hours=chance.randint(1, 30)))
            case 60:
                bureau.run_at(0)
            case 65:
                bureau.run_at(3600)
            case 70:
                bureau = Bureau.opened(file, wall=moment.now)
        look_at_all()
    changes = 0
    for code in codes:
        true = bureau.truth(code)
        assert [status for status, _ in true] == statuses(seen(bureau, code))
        whole = len(true) == len(first_seen[code])  # where two came at once, only the later was seen
        for (status, since), (same, when) in zip(true, first_seen[code], strict=True) if whole else []:
            assert status == same
            assert timedelta(0) <= when - since <= timedelta(seconds=2)
            changes += 1
    assert changes > 60


def test_what_would_have_come_while_it_was_shut_is_seen_when_it_opens(tmp_path: Path, moment: Clock) -> None:
    file = tmp_path / "agency.db"
    bureau = Bureau.opened(file, wall=moment.now, speed=3600)
    moment.passes(timedelta(seconds=10))
    bureau.now()  # and killed
    moment.passes(timedelta(minutes=10))
    opened_at = moment.now()
    bureau = Bureau.opened(file, wall=moment.now)
    moment.passes(timedelta(minutes=5))
    shut = [since for _, since in bureau.truth(GOING) if MONDAY + timedelta(seconds=12) < since < opened_at]
    assert shut == []
    assert bureau.truth(GOING)[-1][0] == "returned"
    assert bureau.truth(GOING)[-1][1] > opened_at


def test_what_was_there_before_could_be_seen_since_it_was_made(bureau: Bureau, moment: Clock) -> None:
    moment.passes(timedelta(minutes=5))
    codes = bureau.seed(20, over=timedelta(hours=4))
    assert {since for code in codes for _, since in bureau.truth(code)} == {moment.now()}


def test_truth_of_nothing_is_empty(bureau: Bureau) -> None:
    assert bureau.truth("H90.05-261109-9999") == []


# -- many


def test_many_are_made_at_once_and_looked_up_one_by_one(bureau: Bureau) -> None:
    codes = bureau.seed(3000, seed=1, over=timedelta(days=3))
    assert len(set(codes)) == 3000
    assert len({seen(bureau, code).folder.course for code in codes}) == len(COURSES)
    assert {seen(bureau, code).folder.wire for code in codes} == set(WIRES)
    assert len({seen(bureau, code).status for code in codes}) > 2
    steps: list[str] = []
    bureau.books.connection.set_trace_callback(steps.append)
    bureau.look(codes[1234])
    assert len(steps) == 1  # one row by its key, however many there are
    assert set(bureau.seed(5)).isdisjoint(codes)


def test_the_same_seed_makes_the_same_courses(moment: Clock) -> None:
    one, other = Bureau.opened(wall=moment.now), Bureau.opened(wall=moment.now)
    courses = [[seen(bureau, code).folder.course for code in bureau.seed(50, seed=4)] for bureau in (one, other)]
    assert courses[0] == courses[1]


def test_changes_can_be_kept_apart(bureau: Bureau) -> None:
    apart = timedelta(hours=20)
    codes = bureau.seed(60, courses=("smooth", "supplement", "same_day"), apart=apart)
    bureau.advance(2 * A_MONTH)
    for code in codes:
        times = [told.at for told in seen(bureau, code).past]
        assert len(times) >= 5
        assert all(later - earlier >= apart for earlier, later in pairwise(times))


# -- the wires


Asks = Callable[[Browser, str], Awaitable[ClientResponse]]
BASIC = {"Authorization": f"Basic {b64encode(b'sandbox:sandbox').decode()}"}
TOKEN = "/igate/auth/realms/digo/protocol/openid-connect/token"


async def ask_igate(browser: Browser, code: str, **more: str) -> ClientResponse:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    async with browser.post(TOKEN, data=form) as answer:
        token = (await answer.json())["access_token"] if answer.status == 200 else ""
    params = {"code": code, "spec": "slice", "page": "0", "size": "10", **more}
    return await browser.get("/igate/pa/dossier/search", params=params, headers={"Authorization": f"Bearer {token}"})


async def ask_portal(browser: Browser, code: str, **more: str) -> ClientResponse:
    async with browser.post("/portal/login", json={"username": "sandbox", "password": "sandbox"}) as answer:
        session = (await answer.json())["session"] if answer.status == 200 else ""
    asks = {"session": session, "madonvi": "SANDBOX", "service": "TraCuuHoSo", "mahoso": code, **more}
    return await browser.post("/portal/chiase", json=asks)


async def ask_shape1(browser: Browser, code: str) -> ClientResponse:
    return await browser.get("/shape1/api/dossiers", params={"code": code}, headers={"X-API-Key": "sandbox-key"})


async def ask_shape2(browser: Browser, code: str) -> ClientResponse:
    return await browser.post("/shape2/tracuu", data={"khoa": "sandbox-key", "ma_ho_so": code})


async def ask_shape3(browser: Browser, code: str) -> ClientResponse:
    return await browser.get(f"/shape3/v1/{code}", headers=BASIC)


ASK: dict[Wire, Asks] = {
    "igate": ask_igate,
    "portal": ask_portal,
    "shape1": ask_shape1,
    "shape2": ask_shape2,
    "shape3": ask_shape3,
}
INSIDE: dict[Wire, Callable[[Any], Any]] = {
    "igate": lambda body: body["content"][0] if body["content"] else None,
    "portal": lambda body: body["result"][0] if body["result"] else None,
    "shape1": lambda body: body["data"] and body["data"]["dossier"],
    "shape2": lambda body: body["result"][0] if body["result"] else None,
    "shape3": lambda body: body if "ma_ho_so" in body else None,
}
STATUS_IN: dict[Wire, Callable[[Any], Any]] = {
    "igate": lambda told: (told["dossierStatus"]["id"], told["dossierStatus"]["name"]),
    "portal": lambda told: told["TrangThaiHoSo"],
    "shape1": lambda told: told["state"],
    "shape2": lambda told: told["dossierStatus"],
    "shape3": lambda told: told["trang_thai"],
}
STATUS_TABLE: dict[Wire, dict[Status, Any]] = {
    "igate": {**wire_igate.STATUSES},
    "portal": {**wire_portal.STATUSES},
    "shape1": {**wire_shape1.STATES},
    "shape2": {**wire_shape2.STATUSES},
    "shape3": {**wire_shape3.STATUSES},
}
RECEIVED_AND_DUE: dict[Wire, Callable[[Any], tuple[Any, Any]]] = {
    "igate": lambda told: (told["acceptedDate"], told["appointmentDate"]),
    "portal": lambda told: (told["NgayTiepNhan"], told["NgayHenTra"]),
    "shape1": lambda told: (told["times"]["received"], told["times"]["promised"]),
    "shape2": lambda told: (told["receiveDate"], told["dueDate"]),
    "shape3": lambda told: (told["ngay_tiep_nhan"], told["ngay_hen_tra"]),
}
READ: dict[Wire, Callable[[Any], datetime]] = {
    "igate": lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z"),
    "portal": lambda text: datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM),
    "shape1": datetime.fromisoformat,
    "shape2": lambda text: datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM),
    "shape3": lambda number: datetime.fromtimestamp(number / 1000, UTC),
}
CHECKED: dict[Wire, str] = {  # a dossier that has been received, of each
    **SAMPLE,
    "shape1": "000.01.20.H92-261109-0022",
}


@pytest.fixture
async def browser(aiohttp_client: Opens, bureau: Bureau) -> Browser:
    return await aiohttp_client(application(bureau, slow=0.2))


async def told_by(browser: Browser, wire: Wire, code: str) -> Any:
    async with await ASK[wire](browser, code) as answer:
        return INSIDE[wire](await answer.json())


@pytest.mark.parametrize("wire", WIRES)
async def test_each_wire_tells_all_ten_statuses_each_in_its_own_way(
    browser: Browser, bureau: Bureau, wire: Wire
) -> None:
    assert len({str(value) for value in STATUS_TABLE[wire].values()}) == 10
    codes = bureau.seed(66)
    mine = next(code for code in codes if seen(bureau, code).folder.wire == wire)
    for course in COURSES:
        bureau.books.keep([seen(bureau, mine).folder.model_copy(update={"past": (), "left": 0, "course": course})])
        while True:
            view = seen(bureau, mine)
            told = await told_by(browser, wire, mine)
            expected = STATUS_TABLE[wire][view.status]
            assert STATUS_IN[wire](told) == expected
            if view.follows is None:
                break
            bureau.step(mine)


@pytest.mark.parametrize("wire", WIRES)
async def test_each_wire_writes_the_days_its_own_way(browser: Browser, bureau: Bureau, wire: Wire) -> None:
    bureau.advance(timedelta(hours=6))
    view = seen(bureau, CHECKED[wire])
    assert view.received
    assert view.due
    received, due = RECEIVED_AND_DUE[wire](await told_by(browser, wire, CHECKED[wire]))
    assert abs(READ[wire](received) - view.received) < timedelta(minutes=1)
    assert READ[wire](due) == view.due


@pytest.mark.parametrize("wire", WIRES)
async def test_a_wire_knows_only_its_own_and_says_so(browser: Browser, wire: Wire) -> None:
    for other, code in SAMPLE.items():
        async with await ASK[wire](browser, code) as answer:
            assert answer.status == (404 if wire == "shape3" and other != wire else 200)
            assert (INSIDE[wire](await answer.json()) is not None) is (other == wire)


async def test_the_shape_of_igate(browser: Browser, bureau: Bureau) -> None:
    async with await ask_igate(browser, SAMPLE["igate"].lower()) as answer:
        page = await answer.json()
    (told,) = page["content"]
    assert page["numberOfElements"] == 1
    assert told["code"] == SAMPLE["igate"]
    assert told["procedure"]["translate"] == [{"languageId": 228, "name": "Thủ tục đăng ký khai sinh"}]
    assert told["applicant"]["data"]["phoneNumber"] == "0000001204"
    assert told["appointmentDate"] == "2026-11-11T17:00:00.000+0700"
    assert told["completedDate"] is None
    assert [task["bpmProcessDefinitionTask"]["name"]["name"] for task in told["task"]][-1] == "Trình lãnh đạo ký"
    assert told["currentTask"] == told["task"][-1:]
    assert [task["isCurrent"] for task in told["task"]] == [0, 0, 0, 1]
    view = seen(bureau, SAMPLE["igate"])
    assert told["applyMethod"] == {"id": 1, "name": "Trực tiếp"}
    assert view.folder.channel == "direct"


@pytest.mark.parametrize(("identity", "count"), [("000000005604", 1), ("000000005605", 0), ("", 1)])
async def test_igate_compares_the_number_of_the_owner(browser: Browser, identity: str, count: int) -> None:
    async with await ask_igate(browser, SAMPLE["igate"], **{"identity-number": identity}) as answer:
        assert len((await answer.json())["content"]) == count


async def test_a_supplement_in_the_portals_format(browser: Browser) -> None:
    told = await told_by(browser, "portal", SAMPLE["portal"])
    assert told["TrangThaiHoSo"] == "5"
    (asked,) = told["DanhSachHoSoBoSung"]
    assert asked["TrangThaiBoSung"] == "0"
    assert [paper["TenGiayTo"] for paper in asked["DanhSachGiayToBoSung"]] == [
        "Giấy tờ chứng minh nơi cư trú",
        "Tờ khai theo mẫu, đã ký",
    ]
    assert told["GhiChu"] == asked["NoiDungBoSung"] != ""
    assert told["DinhDanhCHS"] == [{"LoaiDinhDanh": "1", "SoDinhDanh": "000000005605"}]
    assert [step["TrangThai"] for step in told["TienDoXuLy"]] == ["1", "2", "4", "5"]
    assert told["NgayTra"] == told["NgayHenTraMoi"] == ""


async def test_an_apology_in_the_portals_format(browser: Browser) -> None:
    told = await told_by(browser, "portal", "H91.05-261029-0012")
    assert told["NgayHenTra"] == "20261105170000"
    assert told["NgayHenTraMoi"] == "20261110170000"
    assert told["LyDoTreHan"]


async def test_what_is_asked_for_in_each_of_the_other_shapes(browser: Browser, bureau: Bureau) -> None:
    for code in ("000.01.20.H92-261109-0022", "H94.05-261109-0025"):
        bureau.choose(code, "supplement")
        while seen(bureau, code).status != "supplement":
            bureau.step(code)
    one = await told_by(browser, "shape1", "000.01.20.H92-261109-0022")
    assert one["request"]["kind"] == "SUPPLEMENT"
    assert len(one["request"]["papers"]) == 2
    two = await told_by(browser, "shape2", SAMPLE["shape2"])
    assert (two["dossierStatus"], two["fee"], two["supplement"]) == (6, "50000", [])
    three = await told_by(browser, "shape3", "H94.05-261109-0025")
    assert three["giay_to_bo_sung"] == "Giấy tờ chứng minh nơi cư trú; Tờ khai theo mẫu, đã ký"
    assert three["han_bo_sung"] > three["qua_trinh"][-1]["luc"]


async def test_the_second_shape_takes_twenty_at_once(browser: Browser, bureau: Bureau) -> None:
    codes = [code for code in bureau.seed(200) if seen(bureau, code).folder.wire == "shape2"]
    assert len(codes) > 21
    async with await ask_shape2(browser, ",".join([*codes[:19], "H93.05-261109-9999"])) as answer:
        assert [told["dossierNo"] for told in (await answer.json())["result"]] == codes[:19]
    async with await ask_shape2(browser, ",".join(codes[:21])) as answer:
        assert answer.status == 400
    assert bureau.calls.count("shape2") == 2


async def test_a_rejection_says_why_and_promises_no_day(browser: Browser) -> None:
    told = await told_by(browser, "shape1", SAMPLE["shape1"])
    assert told["note"] == "Thủ tục này thuộc thẩm quyền của cơ quan khác"
    assert told["times"]["promised"] is None


async def test_nobody_is_told_anything_without_a_key(browser: Browser) -> None:
    code = SAMPLE["igate"]
    answers = [
        browser.get("/igate/pa/dossier/search", params={"code": code}),
        browser.get("/igate/pa/dossier/search", params={"code": code}, headers={"Authorization": "Bearer x"}),
        browser.post(TOKEN, data={"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "x"}),
        browser.post(TOKEN, data={"grant_type": "password", "username": "sandbox", "password": ""}),
        browser.post(TOKEN, data={}),
        browser.post("/portal/login", json={"username": "sandbox"}),
        browser.post("/portal/login", data="{"),
        browser.post("/portal/chiase", json={"session": "x", "service": "TraCuuHoSo"}),
        browser.get("/shape1/api/dossiers", params={"code": SAMPLE["shape1"]}),
        browser.get("/shape1/api/dossiers", headers={"X-API-Key": "é"}),
        browser.get(f"/shape3/v1/{SAMPLE['shape3']}"),
    ]
    for call in answers:
        async with call as answer:
            assert answer.status == 401
    async with browser.post("/shape2/tracuu", data={"ma_ho_so": SAMPLE["shape2"]}) as answer:
        assert (answer.status, (await answer.json())["result"]) == (403, [])


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"grant_type": "password", "client_id": "x", "username": "sandbox", "password": "sandbox"}, {}),
        ({"grant_type": "client_credentials"}, BASIC),
    ],
)
async def test_other_ways_to_a_token_of_igate(browser: Browser, form: dict[str, str], headers: dict[str, str]) -> None:
    async with browser.post(TOKEN, data=form, headers=headers) as answer:
        assert (await answer.json())["expires_in"] == 300


@pytest.mark.parametrize("more", [{"service": "LayThuTuc"}, {"madonvi": "000.00.00.H56"}])
async def test_the_portal_wants_its_service_and_its_unit(browser: Browser, more: dict[str, str]) -> None:
    async with await ask_portal(browser, SAMPLE["portal"], **more) as answer:
        assert (await answer.json())["error_code"] == "03"


async def test_the_wires_are_for_this_machine_alone(browser: Browser) -> None:
    async with browser.get("/shape1/api/dossiers", headers={"X-Forwarded-For": "1.2.3.4"}) as answer:
        assert answer.status == 403


# -- faults


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", CALLS)
async def test_every_call_can_fail_in_every_way(browser: Browser, bureau: Bureau, wire: Wire, fault: Any) -> None:
    bureau.faults.switch(fault, 1)
    began = asyncio.get_running_loop().time()
    try:
        async with await ASK[wire](browser, SAMPLE[wire]) as answer:
            status, text = answer.status, await answer.text()
    except ClientError:
        status, text = 0, ""
    except json.JSONDecodeError:  # of the token
        status, text = -1, "{"
    took = asyncio.get_running_loop().time() - began
    match fault:
        case "slow":
            assert status == 200
            assert took >= 0.2
        case "server_error" | "error_after":
            assert status in (502, 503, 401)  # 401: no token was given out
        case "too_many":
            assert status == 429
        case "token_expired":
            assert status == 401
        case "cut_before" | "cut_after":
            assert status == 0
        case "malformed":
            assert status in (200, -1)
            assert not is_json(text)
        case "html":
            assert status in (200, 0)
            assert "<html>" in text or status == 0


@pytest.mark.parametrize("wire", ["igate", "portal"])
async def test_an_expired_token_is_no_longer_good(browser: Browser, bureau: Bureau, wire: Wire) -> None:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    async with browser.post(TOKEN, data=form) as answer:
        bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    search = ("/igate/pa/dossier/search", {"code": SAMPLE["igate"]})
    for rate, expected in ((0, 200), (1, 401), (0, 401)):
        bureau.faults.switch("token_expired", rate)
        async with browser.get(search[0], params=search[1], headers=bearer) as answer:
            assert answer.status == expected


@pytest.mark.parametrize("wire", WIRES)
async def test_an_error_inside_is_a_200_without_a_dossier(browser: Browser, bureau: Bureau, wire: Wire) -> None:
    bureau.faults.switch("error_inside", 1)
    async with await ASK[wire](browser, SAMPLE[wire]) as answer:
        assert answer.status == 200
        body = await answer.json()
    assert INSIDE[wire](body) is None
    bureau.faults.switch("error_inside", 0)
    async with await ASK[wire](browser, SAMPLE[wire].replace("2611", "2610")) as answer:
        assert await answer.json() != body  # it is not how a dossier that is not there is told


@pytest.mark.parametrize("wire", WIRES)
async def test_a_status_that_nobody_knows(browser: Browser, bureau: Bureau, wire: Wire) -> None:
    bureau.faults.switch("new_status", 1)
    told = STATUS_IN[wire](await told_by(browser, wire, SAMPLE[wire]))
    assert told not in STATUS_TABLE[wire].values()


@pytest.mark.parametrize("wire", WIRES)
async def test_days_written_otherwise(browser: Browser, bureau: Bureau, wire: Wire) -> None:
    bureau.advance(timedelta(hours=6))
    usual = RECEIVED_AND_DUE[wire](await told_by(browser, wire, CHECKED[wire]))
    bureau.faults.switch("odd_dates", 1)
    odd = {RECEIVED_AND_DUE[wire](await told_by(browser, wire, CHECKED[wire])) for _ in range(40)}
    assert len(odd - {usual}) >= 4


@pytest.mark.parametrize("wire", WIRES)
async def test_a_day_promised_before_the_intake(browser: Browser, bureau: Bureau, wire: Wire) -> None:
    bureau.advance(timedelta(hours=6))
    bureau.faults.switch("due_before_received", 1)
    received, due = RECEIVED_AND_DUE[wire](await told_by(browser, wire, CHECKED[wire]))
    assert READ[wire](due) < READ[wire](received)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_system_that_is_down_answers_nothing_and_the_others_do(
    browser: Browser, bureau: Bureau, wire: Wire
) -> None:
    bureau.faults.down.add(wire)
    for one in WIRES:
        async with await ASK[one](browser, SAMPLE[one]) as answer:
            assert (answer.status == 200) is (one != wire)


def test_the_same_seed_twists_in_the_same_way_and_about_as_often_as_told() -> None:
    rates: dict[Any, float] = dict.fromkeys(TWISTS, 0.25)
    one, other = AgencyFaults(rates, seed=1), AgencyFaults(rates, seed=1)
    drawn = [one.manner() for _ in range(2000)]
    assert drawn == [other.manner() for _ in range(2000)]
    assert 0.2 < sum(manner.error_inside for manner in drawn) / 2000 < 0.3
    assert AgencyFaults.spread(0.2).calls.rates == pytest.approx(dict.fromkeys(CALLS, 0.2 / len(CALLS)))


@pytest.mark.parametrize(("fault", "rate"), [("slow", 1.1), ("odd_dates", -0.1), ("explode", 0.5), ("new_status", 2)])
def test_a_rate_that_is_none_is_refused(fault: Any, rate: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        AgencyFaults().switch(fault, rate)


# -- what was asked


async def test_calls_are_counted_and_how_many_at_once(browser: Browser, bureau: Bureau) -> None:
    bureau.faults.switch("slow", 1)
    answers = await asyncio.gather(*(ask_shape1(browser, SAMPLE["shape1"]) for _ in range(7)))
    for answer in answers:
        answer.release()
    assert bureau.calls.most_at_once("shape1") == 7
    await asyncio.sleep(0)
    assert bureau.calls.under_way["shape1"] == 0
    bureau.faults.switch("slow", 0)
    (await ask_igate(browser, SAMPLE["igate"])).release()
    assert (bureau.calls.count("igate"), bureau.calls.count("igate/token")) == (1, 1)
    assert bureau.calls.most_at_once("igate") == 1
    bureau.calls.clear()
    assert bureau.calls.count("shape1") == bureau.calls.most_at_once("shape1") == 0


def test_the_busiest_second_is_found_wherever_it_is(bureau: Bureau, moment: Clock) -> None:
    for wait in (0, 2, 0.4, 0.3, 0.2, 0.05, 3, 1, 1):
        moment.passes(timedelta(seconds=wait))
        with bureau.calls.one("shape3"):
            pass
    assert bureau.calls.busiest("shape3", 1) == 5
    assert bureau.calls.busiest("shape3", 0.5) == 3
    assert bureau.calls.busiest("shape1", 1) == 0
    assert len(bureau.calls.times("shape3")) == 9


# -- with the post


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office.opened(wall=Clock(NOW).now)
    yield office
    office.close()


def asked(**changes: Any) -> Asked:
    usual = {
        "number": number(1),
        "name": NAME,
        "commune": "phường Đông Kinh",
        "visit": VISIT,
        "back": True,
        "procedure": "1.001193",
        "title": "Đăng ký khai sinh",
        "agency": "UBND phường Đông Kinh",
        "phone": PHONE,
    }
    return Asked(**{**usual, **changes})


def test_what_the_post_hands_over_lies_with_the_agency(office: Office) -> None:
    bureau = Bureau.opened(office=office)
    office.take(asked(), "ngsp")
    assert bureau.code_of(number(1)) is None
    while office.parcels()[0].status != "handed_over":
        office.step(number(1))
    told = next(event.reason for event in office.events() if event.status == "handed_over")
    code = bureau.code_of(number(1))
    assert code
    assert told == f"Đã giao cơ quan, mã hồ sơ {code}"
    view = seen(bureau, code)
    assert (view.folder.procedure, view.folder.agency, view.folder.channel) == (
        "1.001193",
        "UBND phường Đông Kinh",
        "post",
    )
    assert view.folder.holder.name == "N. T. T. M."
    assert view.folder.holder.phone.endswith("5678")
    assert bureau.open(number(1)) == code


@pytest.mark.parametrize("course", ["smooth", "late", "rejected"])
def test_the_result_is_brought_home_once_there_is_one(office: Office, course: Course) -> None:
    bureau = Bureau.opened(office=office)
    office.take(asked(), "ngsp")
    while office.parcels()[0].status != "handed_over":
        office.step(number(1))
    code = bureau.code_of(number(1))
    assert code
    bureau.choose(code, course)
    office.advance(A_MONTH)
    back = next(event.at for event in office.events() if event.status == "result_on_the_way")
    done = next(told.at for told in seen(bureau, code).past if told.stage.status in ("done", "rejected"))
    assert back >= done
    assert office.parcels()[0].status == "delivered"


def test_a_result_that_is_never_done_is_never_brought(office: Office) -> None:
    bureau = Bureau.opened(office=office)
    office.take(asked(), "ngsp")
    while office.parcels()[0].status != "handed_over":
        office.step(number(1))
    code = bureau.code_of(number(1))
    assert code
    bureau.books.keep([seen(bureau, code).folder.model_copy(update={"until": 3})])
    office.advance(A_MONTH)
    assert office.parcels()[0].status == "handed_over"
    bureau.choose(code, "same_day")
    office.advance(A_MONTH)
    assert office.parcels()[0].status == "delivered"


def test_post_and_agencies_have_one_clock(office: Office) -> None:
    bureau = Bureau.opened(office=office)
    office.advance(timedelta(days=3))
    assert bureau.now() == office.now()
    bureau.advance(timedelta(days=2))
    bureau.run_at(60)
    assert office.now() == bureau.now() == NOW + timedelta(days=5)
    assert office.clock.speed == 60


def test_a_post_that_was_behind_catches_up_with_what_the_agency_told(tmp_path: Path) -> None:
    wall = Clock(NOW)
    office = Office.opened(tmp_path / "post.db", wall=wall.now, speed=3600)
    bureau = Bureau.opened(tmp_path / "agency.db", office=office)
    wall.passes(timedelta(minutes=2))
    told = bureau.now()  # and killed
    again = Office.opened(tmp_path / "post.db", wall=wall.now)
    after = Bureau.opened(tmp_path / "agency.db", office=again)
    assert again.now() == after.now() >= told


def test_the_file_holds_no_person(tmp_path: Path) -> None:
    office = Office.opened(tmp_path / "post.db", wall=Clock(NOW).now)
    bureau = Bureau.opened(tmp_path / "agency.db", office=office)
    office.take(asked(), "ngsp")
    office.finish(number(1))
    assert bureau.code_of(number(1))
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert number(1).encode() in content
    assert b"N. T. T. M." in content
    assert not [words for words in (NAME, "Tuyết", PHONE, "912345678", "2345678") if words.encode() in content]


def test_an_order_without_an_agency_is_as_before(office: Office) -> None:
    office.take(asked(visit=Visit(day=VISIT.day, shift="afternoon")), "ngsp")
    office.advance(A_MONTH)
    assert [event.reason for event in office.events()] == [None] * 6


# -- the page


async def pressed(browser: Browser, deed: str, origin: str | None = "", **fields: str) -> int:
    own = str(browser.make_url("/").origin()) if origin == "" else origin
    headers = {"Origin": own} if own else {}
    url = f"/sandbox/agency/{deed}"
    async with browser.post(url, data=fields, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def shown(browser: Browser, **headers: str) -> tuple[int, str]:
    async with browser.get("/sandbox/agency/", headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_page_shows_each_dossier_and_how_to_prove_whose_it_is(browser: Browser) -> None:
    status, page = await shown(browser)
    assert status == 200
    assert "Đây không phải cơ quan thật" in page
    for code in SAMPLE.values():
        assert code in page
    assert "điện thoại …1204" in page
    assert "số định danh …5604" in page
    assert "0000001204" not in page
    assert page.count("trễ hẹn</span>") == 2
    assert "<script" not in page
    async with browser.get("/sandbox/agency/page.css") as answer:
        assert answer.content_type == "text/css"


async def test_the_buttons_do_what_they_say(browser: Browser, bureau: Bureau) -> None:
    assert await pressed(browser, "step", code=GOING) == 303
    assert seen(bureau, GOING).status == "received"
    assert await pressed(browser, "choose", code=GOING, course="payment") == 303
    assert await pressed(browser, "advance", hours="24") == 303
    assert bureau.now() - MONDAY == timedelta(days=1)
    assert await pressed(browser, "finish", code=GOING) == 303
    assert "payment" in statuses(seen(bureau, GOING))
    assert seen(bureau, GOING).status == "returned"
    assert await pressed(browser, "speed", speed="1440") == 303
    assert bureau.clock.speed == 1440
    assert await pressed(browser, "faults", slow="10", odd_dates="30", down_portal="1") == 303
    assert (bureau.faults.rates["slow"], bureau.faults.rates["odd_dates"]) == (0.1, 0.3)
    assert bureau.faults.down == {"portal"}
    assert await pressed(browser, "faults") == 303
    assert not any(bureau.faults.rates.values())
    assert not bureau.faults.down
    assert await pressed(browser, "samples") == 303
    assert seen(bureau, "H90.05-261110-0021").status == "registered"
    assert (await shown(browser))[0] == 200


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("advance", {"hours": "-1"}, 400),
        ("advance", {"hours": "nan"}, 400),
        ("advance", {}, 400),
        ("speed", {"speed": "-5"}, 400),
        ("choose", {"code": GOING, "course": "explode"}, 400),
        ("faults", {"html": "1000"}, 400),
        ("step", {}, 400),
        ("destroy", {}, 404),
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(
    browser: Browser, bureau: Bureau, deed: str, fields: Any, status: int
) -> None:
    assert await pressed(browser, deed, **fields) == status
    assert bureau.now() == MONDAY
    assert seen(bureau, GOING).folder.course == "smooth"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_only_the_page_itself_may_press_buttons(browser: Browser, bureau: Bureau, origin: str | None) -> None:
    assert await pressed(browser, "advance", origin, hours="1") == 403
    assert bureau.now() == MONDAY


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Host": "evil.example"}])
async def test_nobody_from_afar_sees_it(browser: Browser, headers: dict[str, str]) -> None:
    status, page = await shown(browser, **headers)
    assert status == 403
    assert "Hồ sơ" not in page


async def test_what_came_by_the_wire_is_text_on_the_page(aiohttp_client: Opens, office: Office) -> None:
    bureau = Bureau.opened(office=office)
    browser = await aiohttp_client(post_and_agencies(office, bureau))
    office.take(asked(title="<script>", agency="<b>x</b>"), "ngsp")
    office.finish(number(1))
    status, page = await shown(browser)
    assert status == 200
    assert bureau.code_of(number(1)) in page
    assert "<script" not in page
    assert "<b>" not in page


async def test_the_post_and_the_agencies_are_served_together(aiohttp_client: Opens, office: Office) -> None:
    bureau = Bureau.opened(office=office)
    browser = await aiohttp_client(post_and_agencies(office, bureau))
    async with browser.get("/sandbox/") as answer:
        assert '<a href="agency/">' in await answer.text()
    assert '<a href="../">' in (await shown(browser))[1]
    assert await pressed(browser, "advance", hours="24") == 303
    assert office.now() == NOW + timedelta(days=1)
    code = next(view.folder.code for view in bureau.dossiers() if view.folder.wire == "shape3")
    assert (await told_by(browser, "shape3", code))["ma_ho_so"] == code


def test_the_page_has_words_for_everything() -> None:
    assert set(STATUSES) == set(BY_NUMBER.values())
    assert set(WIRE_WORDS) == set(WIRES) == set(ROOTS.values())
    assert all(map(words_of, AGENCY_FAULTS))
