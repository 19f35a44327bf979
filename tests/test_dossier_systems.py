"""The systems known by name (iGate, the portal's format), the file they stand in, and the way from a code to one."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs
from typer.testing import CliRunner

from bot.commands import dossiers as command
from bot.dossiers.dossier import BY_NUMBER, Answer, Owner
from bot.dossiers.masking import masked_name
from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.view import View
from bot.sandbox.agency.wire import mount
from bot.services.dossiers import config
from bot.services.dossiers.config import load_systems, only_the_portal
from bot.services.dossiers.config_file import SystemsError
from bot.services.dossiers.dates import VIETNAM, Dates, NoDateError, pattern_of
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.dossiers.paths import parse
from bot.services.dossiers.routes import PORTAL_PAGE, Route, Routes
from bot.services.dossiers.statuses import load_tables, of_table
from tests.agencies import (
    CODE,
    ENVIRONMENT,
    IDENTITY,
    OTHER,
    PHONE,
    Agency,
    Asked,
    Serves,
    connected,
    half,
    html,
    status,
)
from tests.conftest import Clock
from tests.pretend_post import NAME, SECRET, nothing_private

RECEIVED, DUE = datetime(2026, 11, 18, 8, 15, tzinfo=VIETNAM), datetime(2026, 11, 20, 17, tzinfo=VIETNAM)
LIMITS = "limits: {per_minute: 6000, timeout: 9}"
SANDBOX = Path(config.__file__).parent / "sandbox.yaml"
SANDBOX_SECRETS = {"SANDBOX_SECRET": "sandbox", "SANDBOX_KEY": "sandbox-key"}

IGATE = f"""
systems:
  gia-lai:
    kind: igate
    name: {{vi: Một cửa Gia Lai, en: Gia Lai}}
    prefixes: H56
    {LIMITS}
    url: ${{base}}
    auth: {{by: token, url: "${{base}}/token", client: noidai, secret: {{env: THE_SECRET}}}}
    statuses: {{Đang luân chuyển: 4}}
"""
PORTAL = f"""
systems:
  bus:
    kind: portal
    name: Trục tỉnh
    prefixes: H56
    {LIMITS}
    url: ${{base}}/chiase
    unit: 000.00.00.H56
    auth: {{by: login, url: "${{base}}/login", user: noidai, secret: {{env: THE_SECRET}}}}
"""


@pytest.fixture
def agency() -> Agency:
    return Agency()


@pytest.fixture
async def igate(agency: Agency, aiohttp_server: Serves, tmp_path: Path) -> AsyncIterator[Routes]:
    async with connected(agency, IGATE, aiohttp_server, tmp_path) as routes:
        yield routes


@pytest.fixture
async def portal(agency: Agency, aiohttp_server: Serves, tmp_path: Path) -> AsyncIterator[Routes]:
    async with connected(agency, PORTAL, aiohttp_server, tmp_path) as routes:
        yield routes


async def look(routes: Routes, *codes: str, identity: str | None = None) -> dict[str, Answer]:
    route = routes.of(codes[0])
    assert route
    assert route.system
    return dict(await route.system.look(codes, identity))


# -- iGate


def igate_item(**changes: Any) -> dict[str, Any]:
    usual = {
        "code": CODE,
        "nationCode": "G22.99-261118-000001",
        "applicant": {"data": {"fullname": NAME, "phoneNumber": PHONE, "identityNumber": IDENTITY}},
        "procedure": {"code": "1.001193", "translate": {"name": "Đăng ký khai sinh"}},
        "agency": {"name": [{"languageId": 46, "name": "Office"}, {"languageId": 228, "name": "UBND phường Pleiku"}]},
        "dossierStatus": {"id": 3, "name": "Đang xử lý"},
        "applyMethod": {"id": 2, "name": "Qua bưu chính công ích"},
        "appliedDate": "2026-11-17T20:00:00.000+0700",
        "acceptedDate": "2026-11-18T08:15:00.000+0700",
        "appointmentDate": "2026-11-20T17:00:00.000+0700",
        "completedDate": None,
        "accepter": {"fullname": "Trần Thị Mẫu"},
        "statusCurrentTask": "Chờ lãnh đạo ký",
        "currentTask": [{"agency": {"name": "Phòng Tư pháp"}, "assignee": {"fullname": "Lê Văn Giả"}}],
    }
    return {**usual, **changes}


def found(*items: dict[str, Any]) -> Any:
    return lambda _: {"content": list(items), "last": True, "size": 10}


async def test_an_igate_is_searched_by_code_with_a_token(igate: Routes, agency: Agency) -> None:
    agency.says = found(igate_item())
    answer = (await look(igate, CODE))[CODE]
    told = answer.dossier
    asked = agency.asked[0]
    assert (asked.method, asked.path) == ("GET", "/pa/dossier/search")
    assert asked.query == {"code": CODE, "identity-number": "", "spec": "slice", "page": "0", "size": "10"}
    assert asked.headers["Authorization"] == f"Bearer {SECRET}-1"
    assert agency.logins[0].form == {"grant_type": "client_credentials"}
    assert (told.status, told.official, told.system) == ("processing", "Đang xử lý", "gia-lai")
    assert (told.procedure, told.title, told.agency) == ("1.001193", "Đăng ký khai sinh", "UBND phường Pleiku")
    assert told.channel == "post"
    assert told.received
    assert told.due
    assert (told.received.isoformat(), told.due.isoformat()) == (
        "2026-11-18T08:15:00+07:00",
        "2026-11-20T17:00:00+07:00",
    )
    assert [(step.at, step.words, step.unit) for step in told.steps] == [(None, "Chờ lãnh đạo ký", "Phòng Tư pháp")]
    assert "Mẫu" not in repr(told)
    assert "Giả" not in repr(told)
    assert answer.owner == Owner(name=NAME, phone=PHONE, identity=IDENTITY)


async def test_the_owners_number_goes_along_when_it_is_given(igate: Routes, agency: Agency) -> None:
    agency.says = found()
    assert await look(igate, CODE, identity=IDENTITY) == {}
    assert agency.asked[0].query["identity-number"] == IDENTITY


@pytest.mark.parametrize(
    ("shown", "becomes"),
    [
        ({"id": 99, "name": "ĐÃ TRẢ KẾT QUẢ"}, "returned"),
        ({"id": 4, "name": None}, "done"),
        ({"id": 4, "name": "Tên chưa ai biết"}, "done"),
        ({"id": 99, "name": [{"languageId": 228, "name": "Yêu cầu bổ sung giấy tờ"}]}, "supplement"),
        ({"id": 99, "name": "Tạm dừng xử lý"}, "processing"),  # no end
        ({"id": 99, "name": "Đang luân chuyển"}, "processing"),  # the file says so
        ({"id": 99, "name": "Đang bay"}, "unknown"),
        (None, "unknown"),
    ],
)
async def test_an_igates_status_goes_by_its_name(igate: Routes, agency: Agency, shown: Any, becomes: str) -> None:
    agency.says = found(igate_item(dossierStatus=shown))
    told = (await look(igate, CODE))[CODE].dossier
    assert told.status == becomes
    assert told.doubts == (("status",) if becomes == "unknown" else ())


async def test_of_what_a_search_finds_only_the_dossier_itself_counts(igate: Routes, agency: Agency) -> None:
    longer = igate_item(code=CODE + "1", dossierStatus={"id": 1, "name": "Đã trả kết quả"})
    agency.says = found(longer, igate_item())
    assert (await look(igate, CODE))[CODE].dossier.status == "processing"
    agency.says = found(longer)
    assert await look(igate, CODE) == {}
    agency.says = found(igate_item(code="N-1", nationCode=CODE))
    assert (await look(igate, CODE))[CODE].dossier.code == CODE


@pytest.mark.parametrize("says", [html, half, status(502), lambda _: {"error": NAME}, lambda _: {"content": None}])
async def test_an_igate_that_answers_badly_is_down(
    igate: Routes, agency: Agency, says: Any, caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = says
    with nothing_private(caplog) as raised:
        with pytest.raises(SystemDownError) as failed:
            await look(igate, CODE)
        raised.append(failed.value)


async def test_a_token_that_ran_out_is_renewed_by_the_next_attempt(
    agency: Agency, aiohttp_server: Serves, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The attempt counts like any other: nothing is asked past the limits."""
    good = {f"Bearer {SECRET}-1"}

    def says(asked: Asked) -> Any:
        if asked.headers["Authorization"] not in good:
            return web.json_response({}, status=401)
        return {"content": [igate_item()]}

    agency.says = says
    with nothing_private(caplog) as raised:
        async with connected(agency, IGATE, aiohttp_server, tmp_path) as routes:
            await look(routes, CODE)
            good = {f"Bearer {SECRET}-2"}
            with pytest.raises(SystemDownError, match="run out") as passing:
                await look(routes, CODE)
            raised.append(passing.value)
            assert list(await look(routes, CODE)) == [CODE]
            assert (len(agency.asked), len(agency.logins)) == (3, 2)
            good = set()
            with pytest.raises(SystemDownError, match="run out"):
                await look(routes, CODE)
            with pytest.raises(RefusedError, match="401") as failed:  # a new one is not good either: our key is wrong
                await look(routes, CODE)
            raised.append(failed.value)
    assert len(agency.logins) == 3


async def test_a_token_is_asked_for_once_and_before_it_ends(igate: Routes, agency: Agency) -> None:
    agency.says = found(igate_item())
    for _ in range(3):
        await look(igate, CODE)
    assert len(agency.logins) == 1


@pytest.mark.parametrize(("number", "error"), [(401, RefusedError), (400, RefusedError), (503, SystemDownError)])
async def test_without_a_token_nothing_is_asked(
    igate: Routes, agency: Agency, number: int, error: Any, caplog: pytest.LogCaptureFixture
) -> None:
    agency.token_status = number
    with nothing_private(caplog) as raised:
        with pytest.raises(error, match=f"token: HTTP {number}") as failed:
            await look(igate, CODE)
        raised.append(failed.value)
    assert agency.asked == []


# -- the portal's format


def portal_row(**changes: Any) -> dict[str, Any]:
    usual = {
        "MaHoSo": CODE,
        "MaTTHC": "1.001193.000.00.00.H56",
        "TenTTHC": "Đăng ký khai sinh",
        "ChuHoSo": NAME,
        "SoDienThoai": PHONE,
        "NgayTiepNhan": "20261118081500",
        "NgayHenTra": "2026-11-20 17:00:00",
        "TrangThaiHoSo": 4,
        "NgayTra": "",
        "NgayKetThucXuLy": "",
        "HinhThuc": "1",
        "KenhThucHien": "3",
        "DonViXuLy": "UBND phường Hạc Thành",
        "DinhDanhCHS": [{"LoaiDinhDanh": "2", "SoDinhDanh": "171"}, {"LoaiDinhDanh": 1, "SoDinhDanh": IDENTITY}],
        "TienDoXuLy": [
            {
                "ThoiDiemXuLy": "20261119090000",
                "PhongBanXuLy": "Tư pháp",
                "NoiDungXuLy": "Thụ lý",
                "NguoiXuLy": "L. Giả",
            },
            {"ThoiDiemXuLy": "20261118081500", "PhongBanXuLy": "Một cửa", "NoiDungXuLy": "Nhận", "NguoiXuLy": "L. Giả"},
        ],
    }
    return {**usual, **changes}


def result(*rows: dict[str, Any], **more: Any) -> Any:
    return lambda _: {"error_code": "00", "result": list(rows), **more}


async def test_the_portals_format_is_asked_and_read_as_its_clients_do(portal: Routes, agency: Agency) -> None:
    agency.says = result(portal_row())
    answer = (await look(portal, CODE))[CODE]
    told = answer.dossier
    assert agency.asked[0].body == {
        "session": f"{SECRET}-1",
        "madonvi": "000.00.00.H56",
        "service": "TraCuuHoSo",
        "mahoso": CODE,
    }
    assert (told.status, told.official, told.procedure) == ("processing", "Đang xử lý", "1.001193")
    assert told.channel == "post"
    assert told.received
    assert told.due
    assert (told.received.isoformat(), told.due.isoformat()) == (
        "2026-11-18T08:15:00+07:00",
        "2026-11-20T17:00:00+07:00",
    )
    assert [(step.words, step.unit) for step in told.steps] == [("Nhận", "Một cửa"), ("Thụ lý", "Tư pháp")]
    assert "Giả" not in repr(told)
    assert answer.owner == Owner(name=NAME, phone=PHONE, identity=IDENTITY)


@pytest.mark.parametrize("number", range(1, 11))
async def test_the_ten_statuses_of_the_portal(portal: Routes, agency: Agency, number: int) -> None:
    agency.says = result(portal_row(TrangThaiHoSo=str(number)))
    assert (await look(portal, CODE))[CODE].dossier.status == BY_NUMBER[number]


async def test_what_is_to_be_supplied_is_of_the_request_that_still_waits(portal: Routes, agency: Agency) -> None:
    done = {"TrangThaiBoSung": True, "NoiDungBoSung": "Cũ", "DanhSachGiayToBoSung": [{"TenGiayTo": "Giấy cũ"}]}
    waits = {"TrangThaiBoSung": "0", "NoiDungBoSung": "Thiếu giấy", "ThoiHanBoSung": "20261130000000"}
    waits["DanhSachGiayToBoSung"] = [{"TenGiayTo": "Giấy chứng sinh"}, {"TenTepDinhKem": "Tờ khai"}]
    agency.says = result(portal_row(TrangThaiHoSo=5, DanhSachHoSoBoSung=[done, waits, done]))
    told = (await look(portal, CODE))[CODE].dossier
    assert (told.papers, told.reason) == (("Giấy chứng sinh", "Tờ khai"), "Thiếu giấy")
    assert told.supply_by
    assert told.supply_by.day == 30


@pytest.mark.parametrize(
    ("fees", "sum_"),
    [
        ([{"Gia": "50000"}, {"Gia": 8000}], Decimal(58000)),
        ([{"Gia": "50000"}, {"Gia": "0"}], Decimal(50000)),
        ([{"Gia": "50000"}, {"Gia": "theo quy định"}], None),  # never a part for the whole
        ([{"Gia": 0}], None),
        ([], None),
        (None, None),
    ],
)
async def test_a_fee_is_the_sum_or_not_known(portal: Routes, agency: Agency, fees: Any, sum_: Decimal | None) -> None:
    agency.says = result(portal_row(TrangThaiHoSo=6, DanhSachLePhi=fees))
    assert (await look(portal, CODE))[CODE].dossier.fee == sum_


async def test_progress_may_stand_beside_the_result_or_the_dossier(portal: Routes, agency: Agency) -> None:
    steps = portal_row()["TienDoXuLy"]
    mine, others = [{**step, "MaHoSo": CODE} for step in steps], [{**steps[0], "MaHoSo": OTHER}]
    agency.says = result(portal_row(TienDoXuLy=None), QuaTrinhXuLy=mine + others)
    assert len((await look(portal, CODE))[CODE].dossier.steps) == 2
    agency.says = result({"hoSo": portal_row(TienDoXuLy=None), "tienTrinhDongBo": mine})
    assert len((await look(portal, CODE))[CODE].dossier.steps) == 2


async def test_an_apology_has_a_new_day(portal: Routes, agency: Agency) -> None:
    agency.says = result(portal_row(NgayHenTraMoi="20261127170000", LyDoTreHan="Cần xác minh"))
    apology = (await look(portal, CODE))[CODE].dossier.apology
    assert apology
    assert apology.due
    assert (apology.due.day, apology.reason) == (27, "Cần xác minh")


@pytest.mark.parametrize(
    "says",
    [html, half, status(500), lambda _: {"error_code": "99", "result": []}, lambda _: {"result": NAME}, lambda _: []],
)
async def test_a_portal_that_answers_badly_is_down(
    portal: Routes, agency: Agency, says: Any, caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = says
    with nothing_private(caplog) as raised:
        with pytest.raises(SystemDownError) as failed:
            await look(portal, CODE)
        raised.append(failed.value)


async def test_nothing_found_is_not_there(portal: Routes, agency: Agency) -> None:
    agency.says = result()
    assert await look(portal, CODE) == {}
    agency.says = result(portal_row(MaHoSo=OTHER))
    assert await look(portal, CODE) == {}


# -- dates, paths, tables


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20261118081500", "2026-11-18T08:15:00"),
        (20261118081500, "2026-11-18T08:15:00"),
        ("2026-11-18 08:15:00", "2026-11-18T08:15:00"),
        ("2026-11-18T01:15:00.123Z", "2026-11-18T08:15:00.123000"),
        ("18/11/2026", "2026-11-18T00:00:00"),
        ("8/1/2026", "2026-01-08T00:00:00"),
        ("18/11/2026 8:15", "2026-11-18T08:15:00"),
        ("18-11-2026 08h15", "2026-11-18T08:15:00"),
        ("08:15 18/11/2026", "2026-11-18T08:15:00"),
        ("2026/11/18 08:15:00", "2026-11-18T08:15:00"),
        (1794964500000, "2026-11-18T08:15:00"),
        ("/Date(1794964500000+0700)/", "2026-11-18T08:15:00"),
        (1794964500000.0, "2026-11-18T08:15:00"),
    ],
)
def test_dates_as_systems_write_them(written: object, read: str) -> None:
    moment = Dates().read(written)
    assert moment
    assert moment.isoformat() == read + "+07:00"


@pytest.mark.parametrize(
    "written",
    [
        "2026112",
        "0912345678",
        "1794964500",
        "18/11/26",
        "32/01/2026",
        "29/02/2026",
        "20261118246000",
        1e300,
        3.5,
        "hôm qua",
    ],
)
def test_what_is_no_date_or_could_be_two_is_none(written: object) -> None:
    with pytest.raises(NoDateError):
        Dates().read(written)


@pytest.mark.parametrize("form", ["dd/mm/yyyy", "DD/MM/YYYY", "HH:mm", "dd/MM/yyyy dd", "dd tháng MM yyyy", ""])
def test_a_pattern_that_means_nothing_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="no pattern"):
        pattern_of(form)


@pytest.mark.parametrize("path", ["a..b", "a.", ".a", "a b", "a[", "a[x]", "a]"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        parse(path)


def test_a_path_past_the_end_of_a_list_finds_nothing() -> None:
    assert [parse(f"a[{n}]").first({"a": [1, 2]}) for n in (-3, -2, -1, 0, 1, 2)] == [None, 1, 2, 1, 2, None]


def test_the_tables_know_the_ten_statuses_and_the_opencps_map() -> None:
    assert set(load_tables()) == {"portal", "opencps", "igate"}
    opencps = of_table("opencps")
    seen = {"new": 2, "receiving": 1, "processing": 4, "waiting": 5, "paying": 6, "cancelled": 7, "unresolved": 8}
    seen |= {"releasing": 9, "done": 10, "denied": 3}
    assert {word: opencps.meaning(word) for word in seen} == {word: BY_NUMBER[number] for word, number in seen.items()}
    assert opencps.meaning("posting") is None


# -- routes


def routes_of(*prefixes: str) -> Routes:
    return Routes({prefix: Route(prefix, prefix, prefix) for prefix in prefixes})


@pytest.mark.parametrize(
    ("code", "goes_to"),
    [
        ("H56.14-240823-0001", "H56.14"),
        ("H56.14.02-240823-0001", "H56.14"),
        ("H56.1-240823-0001", "H56"),
        ("H56.140-240823-0001", "H56"),
        ("H56-240823-0001", "H56"),
        ("h56.14-240823-0001", "H56.14"),
        ("000.17.22.H56-210531-0001", "22.H56"),
        ("000.00.06.H56-231027-0361", "H56"),
        ("G22.99.08-260921-896048", "G22.99"),
        ("G22-260921-896048", "*"),
        ("H57-240823-0001", "*"),
    ],
)
def test_the_longest_front_wins(code: str, goes_to: str) -> None:
    route = routes_of("H56", "H56.14", "22.H56", "G22.99", "*").of(code)
    assert route
    assert route.key == goes_to


def test_without_a_page_for_the_rest_nobody_knows() -> None:
    assert routes_of("H56").of("H57-240823-0001") is None


def test_where_nothing_is_connected_people_are_sent_to_the_portal() -> None:
    route = only_the_portal().of(CODE)
    assert route
    assert (route.system, route.page) == (None, PORTAL_PAGE)


async def loaded(file: Path, yaml: str, environment: Any = ENVIRONMENT) -> Routes:
    file.write_text(yaml, "utf-8")  # noqa: ASYNC240  # a small one, in a test
    async with ClientSession() as session:
        return load_systems(file, session, {"base": "https://one.example"}, environment)


async def test_pages_stand_beside_systems(tmp_path: Path) -> None:
    pages = "pages: [{name: Trang riêng, prefixes: G98, page: https://tra-cuu.example}]\n"
    routes = await loaded(tmp_path / "s.yaml", IGATE + pages)
    page, rest, gia_lai = routes.of("G98-261118-0001"), routes.of("H01-261118-0001"), routes.of(CODE)
    assert page
    assert rest
    assert gia_lai
    assert (page.system, page.page, page.name("en")) == (None, "https://tra-cuu.example/", "Trang riêng")
    assert (rest.system, rest.page) == (None, PORTAL_PAGE)
    assert (gia_lai.name("vi"), gia_lai.name("en"), gia_lai.per_minute, gia_lai.trial) == (
        "Một cửa Gia Lai",
        "Gia Lai",
        6000,
        False,
    )
    assert [route.key for route in routes.all] == ["portal-page", "gia-lai", "page-1"]


async def test_another_page_may_be_set_for_the_rest(tmp_path: Path) -> None:
    routes = await loaded(tmp_path / "s.yaml", IGATE + "default: {name: Ta, page: https://ta.example}\n")
    rest = routes.of("H01-261118-0001")
    assert rest
    assert rest.page == "https://ta.example/"


# -- the file


FAULTS = {
    "kind: igate": ("kind: vnpt", 4, "systems.gia-lai.kind: should be one of igate, portal, mapped"),
    "prefixes: H56": ("prefixes: 56", 6, "systems.gia-lai.prefixes.0: no front of a dossier code"),
    "url: ${base}": ("url: one.example", 8, "systems.gia-lai.url: no address"),
    "by: token, ": ("", 9, "systems.gia-lai.auth: by is missing: header, basic, token or login"),
    "client: noidai, ": ("", 9, "systems.gia-lai.auth.client: is missing"),
    "{env: THE_SECRET}": ("{env: NOIDAI_KEY}", 9, "systems.gia-lai.auth.secret.env: NOIDAI_… is for settings"),
    "secret: {env: THE_SECRET}": (f"secret: {SECRET}", 9, "a secret itself must not stand in this file"),
    "env: THE_SECRET": (f"env: {SECRET}", 9, "systems.gia-lai.auth.secret.env: no name of a variable"),
    "env: THE_SECRET}": ("env: NOT_SET}", 9, "systems.gia-lai.auth.secret: NOT_SET is empty or not set"),
    "{env: THE_SECRET}}": ("{file: /not/there}}", 9, "systems.gia-lai.auth.secret: /not/there cannot be read"),
    "Đang luân chuyển: 4": ("Đang luân chuyển: 11", 10, "less than or equal to 10"),
    "per_minute: 6000": ("per_minut: 6000", 7, "systems.gia-lai.limits.per_minut: no such key"),
    "timeout: 9": ("timeout: 0", 7, "systems.gia-lai.limits.timeout: "),
    "gia-lai:": ("Gia Lai:", 3, "a system's name here is 2 to 31 small letters"),
    "systems:": ("systems: [", 2, "not YAML"),
}


@pytest.mark.parametrize("was", FAULTS)
async def test_a_fault_in_the_file_names_line_and_key_and_no_secret(
    tmp_path: Path, was: str, caplog: pytest.LogCaptureFixture
) -> None:
    becomes, line, says = FAULTS[was]
    assert was in IGATE
    with nothing_private(caplog) as raised:
        with pytest.raises(SystemsError) as failed:
            await loaded(tmp_path / "s.yaml", IGATE.replace(was, becomes, 1))
        raised.append(failed.value)
    told = str(failed.value)
    assert says in told
    if was != "systems:":
        assert f"s.yaml:{line}: " in told


MAPPED = """
systems:
  a-system:
    kind: mapped
    name: Một
    prefixes: H01
    request:
      url: https://one.example/{code}
    answer:
      statuses: {A: 1}
      fields: {status: s}
"""
MAPPED_FAULTS = {
    "{code}": ("all", "request: nowhere does it say {code} or {codes}"),
    "url: https://one.example/{code}": ("url: https://{code}.example/", "request.url: no address"),
    "/{code}": ("/{code}?k={key}", "{key} stands for nothing"),
    "statuses: {A: 1}": ("statuses: {}", "answer: statuses are missing"),
    "status: s": ("status: s, status: t", "status: stands twice"),
    "{A: 1}": ("{A: 1}\n      known_statuses: opencp", "answer.known_statuses: no such table"),
    " s}": (" s..t}", "answer.fields.status.0: no path"),
    "{status: s}": ("{status: s, due_date: d}", "answer.fields.due_date: no such key"),
    "fields: ": ("dates: dd/mm/yyyy\n      fields: ", "answer.dates.0: no pattern of a date"),
    "fields": ("zone: Asia/Hanoi\n      fields", "answer.zone: no time zone"),
    "fields: {": ("dossiers: list[*]\n      fields: {", "answer.fields.code is needed"),
    "request:": ("request:\n      codes_at_once: 5", "request: codes_at_once above 1 needs {codes}"),
    "request:\n": ("request:\n      body: {a: 2026-01-01}\n", "request.body: holds something JSON has no word for"),
    "request:\n      url": ("request:\n      body: {a: 1}\n      url", "request: GET has no body"),
    "kind: mapped": ("kind: mapped\n    secrets: {code: {env: X1}}", "secrets: code is a name that is taken"),
    "prefixes: H01": ("prefixes: [H01, H02, H01]", "H01 stands twice"),
}


@pytest.mark.parametrize("was", MAPPED_FAULTS)
async def test_a_fault_in_a_mapping_is_called_by_its_name(tmp_path: Path, was: str) -> None:
    becomes, says = MAPPED_FAULTS[was]
    assert was in MAPPED
    with pytest.raises(SystemsError) as failed:
        await loaded(tmp_path / "s.yaml", MAPPED.replace(was, becomes, 1))
    assert says in str(failed.value)


async def test_a_mapping_as_short_as_can_be_is_enough(tmp_path: Path) -> None:
    route = (await loaded(tmp_path / "s.yaml", MAPPED)).of("H01-261118-0001")
    assert route
    assert route.system


async def test_every_fault_of_every_system_is_named_at_once(tmp_path: Path) -> None:
    two = MAPPED.replace("{A: 1}", "{A: 11}") + IGATE.replace("systems:\n", "").replace("kind: igate", "kind: x")
    with pytest.raises(SystemsError) as failed:
        await loaded(tmp_path / "s.yaml", two)
    assert len(failed.value.faults) == 2


async def test_a_secret_may_be_in_a_file_of_its_own(agency: Agency, aiohttp_server: Serves, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(SECRET + "\n", "utf-8")
    yaml = IGATE.replace("{env: THE_SECRET}", f"{{file: {tmp_path / 'key'}}}")
    agency.says = found(igate_item())
    async with connected(agency, yaml, aiohttp_server, tmp_path, {}) as routes:
        await look(routes, CODE)
    assert agency.logins[0].headers["Authorization"].startswith("Basic ")


async def test_nothing_of_a_secret_is_shown_by_what_is_built_of_it(tmp_path: Path) -> None:
    routes = await loaded(tmp_path / "s.yaml", IGATE)
    route: Any = routes.of(CODE)
    assert SECRET not in repr(route)
    assert SECRET not in repr(vars(route.system.system))


# -- the sandbox, by its file alone


@pytest.fixture
async def sandbox(aiohttp_server: Serves, clock: Clock) -> AsyncIterator[Any]:
    bureau = Bureau.opened(wall=clock.now)
    app = web.Application()
    mount(app, bureau)
    server = await aiohttp_server(app)
    async with ClientSession() as session:
        base = str(server.make_url("/")).rstrip("/")
        yield SimpleNamespace(
            bureau=bureau, routes=load_systems(SANDBOX, session, {"base": base}, SANDBOX_SECRETS), base=base
        )
    bureau.close()


def compared(view: View, answer: Answer) -> None:
    told, holder, asks = answer.dossier, view.folder.holder, view.asks
    assert (told.code, told.status, told.doubts) == (view.folder.code, view.status, ())
    assert (told.procedure, told.title, told.agency) == (view.folder.procedure, view.folder.title, view.folder.agency)
    assert told.channel == view.folder.channel
    for name in ("received", "due", "finished", "returned"):
        ours, theirs = getattr(told, name), getattr(view, name)
        assert (ours is None) == (theirs is None), name
        assert ours is None or abs(ours - theirs) < timedelta(minutes=1), name
    assert [step.words for step in told.steps] == [step.stage.words for step in view.past]
    assert [step.unit for step in told.steps] == [step.stage.unit for step in view.past]
    assert told.papers == (asks.papers if asks else ())
    assert told.fee == (asks.fee if asks and asks.fee else None)
    assert bool(told.apology) == bool(view.apology)
    assert answer.owner == Owner(name=holder.name, phone=holder.phone, identity=holder.identity)


async def test_five_differently_shaped_systems_are_connected_by_one_file(sandbox: Any) -> None:
    seen = sandbox.bureau.dossiers()
    assert {view.status for view in seen} == set(BY_NUMBER.values())
    for view in seen:
        compared(view, (await look(sandbox.routes, view.folder.code))[view.folder.code])
    assert {route.key for route in sandbox.routes.all if route.trial} == {
        f"sandbox-{wire}" for wire in ("igate", "portal", "shape1", "shape2", "shape3")
    }


@pytest.mark.parametrize("twist", ["error_inside", "new_status", "odd_dates", "due_before_received"])
async def test_answers_that_look_right_and_are_not(sandbox: Any, twist: Any) -> None:
    """Nothing wrong is shown as right: it is as it is there, or doubted, or an outage."""
    sandbox.bureau.faults.switch(twist, 1)
    outcomes = set()
    for view in sandbox.bureau.dossiers():
        try:
            told = (await look(sandbox.routes, view.folder.code))[view.folder.code].dossier
        except SystemDownError:
            outcomes.add("down")
            continue
        outcomes |= set(told.doubts) or {"right"}
        assert told.status == ("unknown" if twist == "new_status" else view.status)
        for name in ("received", "due", "finished"):
            ours, theirs = getattr(told, name), getattr(view, name)
            assert ours is None or abs(ours - theirs) < timedelta(minutes=1), name
    expected = {
        "error_inside": {"down"},
        "new_status": {"status"},
        "odd_dates": {"received", "due", "finished", "right"},
        "due_before_received": {"due_before_received", "right"},
    }
    assert outcomes <= expected[twist]
    assert outcomes & expected[twist] - {"right"}


# -- the command


async def test_the_command_shows_what_is_mapped_with_the_owner_masked(
    agency: Agency, aiohttp_server: Serves, tmp_path: Path, monkeypatch: Any
) -> None:
    agency.says = result(portal_row(TrangThaiHoSo=6, NgayHenTra="x", DanhSachLePhi=[{"Gia": "5000"}]))
    server = await aiohttp_server(agency.application())
    file = tmp_path / "s.yaml"
    file.write_text(PORTAL.replace("${base}", str(server.make_url("")).rstrip("/")), "utf-8")
    monkeypatch.setitem(os.environ, "THE_SECRET", SECRET)
    arguments = ["look", f"mã {CODE.lower()}", "--systems", str(file)]
    done = await asyncio.to_thread(CliRunner().invoke, command.cli, arguments)
    assert done.exit_code == 0, done.output
    assert "status: 6 payment\n" in done.output
    assert "fee: 5000\n" in done.output
    assert "step: 18/11/2026 08:15 · Nhận · Một cửa\n" in done.output
    assert "not taken, because it cannot be: due" in done.output.lower()
    assert f"owner: {masked_name(NAME)}; phone …78; identity …78\n" in done.output
    for private in (NAME, PHONE, IDENTITY, SECRET):
        assert private not in done.output
    agency.says = result()
    missing = await asyncio.to_thread(CliRunner().invoke, command.cli, arguments)
    assert (missing.exit_code, "this dossier is not there" in missing.output) == (1, True)
    agency.says = status(500)
    down = await asyncio.to_thread(CliRunner().invoke, command.cli, arguments)
    assert (down.exit_code, "no answer that can be used: bus: HTTP 500" in down.output) == (1, True)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    run = CliRunner()
    file = tmp_path / "s.yaml"
    file.write_text("default: {name: Ta, page: https://ta.example}\n", "utf-8")
    page = run.invoke(command.cli, ["look", CODE, "--systems", str(file)])
    assert "people are sent to https://ta.example/" in page.output
    assert run.invoke(command.cli, ["look", "1.001193", "--systems", str(file)]).exit_code == 1
    file.write_text("system: {}\n", "utf-8")
    with pytest.raises(SystemsError, match="system: no such key"):
        run.invoke(command.cli, ["look", CODE, "--systems", str(file)], catch_exceptions=False)


def test_a_key_in_dot_env_counts_and_the_environment_goes_before_it(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / ".env").write_text("DOSSIER_A=one\nDOSSIER_B=two\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "DOSSIER_B", "three")
    given = config.environment_of()
    assert (given["DOSSIER_A"], given["DOSSIER_B"]) == ("one", "three")


async def test_ten_thousand_with_the_same_fault_are_one_line_in_the_log(igate: Routes, agency: Agency) -> None:
    agency.says = found(igate_item(appointmentDate="sớm"))
    with capture_logs() as logs:
        for _ in range(20):
            await look(igate, CODE)
    assert [(log["what"], log["written"]) for log in logs if log["log_level"] == "warning"] == [("due", "aaa")]
