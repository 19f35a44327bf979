"""Systems connected by a YAML file alone: three shapes, all the ways they answer badly, and the worked example."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession, ClientTimeout, web
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.commands.dossiers import lines_of
from bot.dossiers.dossier import Answer, Owner
from bot.services.dossiers.auth import Fixed
from bot.services.dossiers.calls import Caller
from bot.services.dossiers.config_rules import MappedRules
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.dossiers.mapping import MappedSystem, reader_of
from bot.services.dossiers.routes import Routes
from bot.services.dossiers.trying import Tried
from tests.agencies import (
    CODE,
    IDENTITY,
    OTHER,
    OWNER,
    PHONE,
    Agency,
    Asked,
    Serves,
    connected,
    cut,
    half,
    html,
    status,
)
from tests.pretend_post import NAME, SECRET, nothing_private

DOCUMENT = Path(__file__).parents[1] / "docs" / "connect-a-dossier-system.md"
QUICK = "{per_minute: 6000, at_once: 4, timeout: 10}"

Connects = Callable[..., AbstractAsyncContextManager[Routes]]


@pytest.fixture
def agency() -> Agency:
    return Agency()


@pytest.fixture
def connect(agency: Agency, aiohttp_server: Serves, tmp_path: Path) -> Connects:
    return lambda yaml, **more: connected(agency, yaml, aiohttp_server, tmp_path, **more)


async def look(routes: Routes, *codes: str, identity: str | None = None) -> dict[str, Answer]:
    route = routes.of(codes[0])
    assert route
    assert route.system
    return dict(await route.system.look(codes, identity))


# -- the first shape: GET, a key in a header, an envelope, ISO

SHAPE_A = f"""
systems:
  shape-a:
    kind: mapped
    name: Hệ thống A
    prefixes: [H56]
    limits: {QUICK}
    auth: {{by: header, header: X-Key, secret: {{env: THE_SECRET}}}}
    request:
      url: ${{base}}/api/{{code}}/state
      query: {{paper: "{{identity}}", lang: vi}}
    answer:
      outcome: {{path: meta.ok, ok: "true", absent: "false"}}
      dossiers: data
      statuses: {{NEW: 1, WORK: 4, PAPERS: 5, PAY: 6, DONE: 9}}
      fields:
        code: id
        status: state.code
        official: state.text
        procedure: procedure
        title: [titles.vi, title]
        agency: office
        channel: way
        received: at.in
        due: at.due
        finished: at.out
        papers: wants[*].name
        supply_by: until
        fee: fee
        reason: why
        steps: {{each: "log[*]", at: t, words: w, unit: u}}
        owner: {{name: owner.name, phone: owner.phone, identity: owner.identity}}
"""


def shape_a(**changes: Any) -> dict[str, Any]:
    usual = {
        "id": CODE,
        "state": {"code": "WORK", "text": "Đang thụ lý"},
        "procedure": "1.001193.000.00.00.H56",
        "title": "Đăng ký khai sinh",
        "office": "UBND phường Hạc Thành",
        "way": "Trực tuyến",
        "at": {"in": "2026-11-18T01:15:00Z", "due": "2026-11-20T17:00:00+07:00", "out": None},
        "owner": OWNER,
        "log": [{"t": "2026-11-18T08:15:00", "w": "Tiếp nhận", "u": "Một cửa"}],
    }
    return {"meta": {"ok": True}, "data": {**usual, **changes}}


async def test_a_get_with_the_code_in_its_path_is_read_field_by_field(agency: Agency, connect: Connects) -> None:
    agency.says = lambda _: shape_a()
    async with connect(SHAPE_A) as routes:
        found = (await look(routes, CODE))[CODE]
    told = found.dossier
    assert (told.code, told.system, told.status, told.official) == (CODE, "shape-a", "processing", "Đang thụ lý")
    assert (told.procedure, told.title, told.agency) == ("1.001193", "Đăng ký khai sinh", "UBND phường Hạc Thành")
    assert told.channel == "online"
    assert told.received == datetime(2026, 11, 18, 1, 15, tzinfo=UTC)
    assert told.received.isoformat() == "2026-11-18T08:15:00+07:00"
    assert told.due == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert (told.finished, told.returned, told.doubts) == (None, None, ())
    assert [(step.words, step.unit) for step in told.steps] == [("Tiếp nhận", "Một cửa")]
    assert told.steps[0].at == told.received
    assert found.owner == Owner(**OWNER)


async def test_what_it_is_asked_stands_in_path_query_and_header(agency: Agency, connect: Connects) -> None:
    agency.says = lambda _: shape_a()
    async with connect(SHAPE_A) as routes:
        await look(routes, CODE)
        await look(routes, CODE, identity=IDENTITY)
    first, second = agency.asked
    assert (first.method, first.path, first.headers["X-Key"]) == ("GET", f"/api/{CODE}/state", SECRET)
    assert first.query == {"lang": "vi"}  # nothing is sent for what there is not
    assert second.query == {"lang": "vi", "paper": IDENTITY}


async def test_what_stands_in_the_address_is_kept_apart_from_it(agency: Agency, connect: Connects) -> None:
    yaml = SHAPE_A.replace("/api/{code}/", "/api/{code}/{key}/").replace(
        "request:", "secrets: {key: {env: THE_KEY}}\n    request:"
    )
    agency.says = lambda _: shape_a()
    async with connect(yaml, environment={"THE_SECRET": SECRET, "THE_KEY": "a/b?c#d č%2F"}) as routes:
        await look(routes, CODE)
    assert agency.asked[0].path == f"/api/{CODE}/a/b?c#d č%2F/state"  # as the server reads it
    assert agency.asked[0].query == {"lang": "vi"}


async def test_steps_stand_oldest_first_and_one_without_a_time_stays_where_it_stood(
    agency: Agency, connect: Connects
) -> None:
    newest_first = [("19/11/2026 09:00", "ba"), (None, "hai"), ("18/11/2026 08:15", "một")]
    agency.says = lambda _: shape_a(log=[{"t": at, "w": words} for at, words in newest_first])
    async with connect(SHAPE_A) as routes:
        told = (await look(routes, CODE))[CODE].dossier
    assert [step.words for step in told.steps] == ["một", "hai", "ba"]
    assert told.steps[1].at is None


async def test_in_a_trial_times_to_come_are_no_wonder(agency: Agency, connect: Connects) -> None:
    """The sandbox's clock runs ahead of ours."""
    agency.says = lambda _: shape_a(at={"in": "18/11/2096"})
    async with connect(SHAPE_A.replace("prefixes", "trial: true\n    prefixes")) as routes:
        told = (await look(routes, CODE))[CODE].dossier
        assert told.received
        assert (told.received.year, told.doubts) == (2096, ())


async def test_papers_money_and_reasons_count_while_they_are_asked_for_only(agency: Agency, connect: Connects) -> None:
    asked = {"wants": [{"name": "Giấy <b>chứng sinh</b>"}, {"name": " "}], "until": "30/11/2026"}
    asked |= {"fee": "50.000 đ", "why": "Thiếu giấy"}
    async with connect(SHAPE_A) as routes:
        agency.says = lambda _: shape_a(state={"code": "PAPERS"}, **asked)
        papers = (await look(routes, CODE))[CODE].dossier
        agency.says = lambda _: shape_a(state={"code": "PAY"}, **asked)
        money = (await look(routes, CODE))[CODE].dossier
        agency.says = lambda _: shape_a(**asked)
        work = (await look(routes, CODE))[CODE].dossier
    assert (papers.papers, papers.reason, papers.fee) == (("Giấy chứng sinh",), "Thiếu giấy", None)
    assert papers.supply_by
    assert papers.supply_by.date().isoformat() == "2026-11-30"
    assert (money.fee, money.papers) == (Decimal(50000), ())
    assert (work.fee, work.papers, work.supply_by, work.reason) == (None, (), None, None)


async def test_not_there_is_said_inside_the_answer(agency: Agency, connect: Connects) -> None:
    agency.says = lambda _: {"meta": {"ok": False}}
    async with connect(SHAPE_A) as routes:
        assert await look(routes, CODE) == {}
        agency.says = lambda _: {"meta": {"ok": True}, "data": None}
        assert await look(routes, CODE) == {}


# -- the second shape: a form for many codes, a list, packed dates, numbers

SHAPE_B = f"""
systems:
  shape-b:
    kind: mapped
    name: Hệ thống B
    prefixes: [H56]
    limits: {QUICK}
    secrets: {{key: {{env: THE_SECRET}}}}
    request:
      method: POST
      url: ${{base}}/tracuu?version=2
      form: {{ds: "{{codes}}", k: "{{key}}"}}
      separator: ";"
      codes_at_once: 3
    answer:
      outcome: {{path: loi, ok: [0, ""], refused: 403}}
      dossiers: ket_qua[*]
      dates: yyyyMMddHHmmss
      statuses: {{01: 1, 04: 4, 10: 10}}
      channels: {{BC: post}}
      fields: {{code: so, status: tt, received: nhan, due: hen, returned: tra, channel: kenh, owner: {{phone: dt}}}}
"""


def rows(asked: Asked) -> Any:
    codes = asked.form["ds"].split(";")
    row = {"tt": "04", "nhan": "20261118081500", "hen": 20261120170000, "tra": "", "kenh": "BC", "dt": 912345678}
    return {"loi": 0, "ket_qua": [{"so": code.lower(), **row} for code in reversed(codes)]}


async def test_several_codes_go_in_one_call(agency: Agency, connect: Connects) -> None:
    agency.says = rows
    codes = [f"H56.14-261118-{number:04d}" for number in range(3)]
    async with connect(SHAPE_B) as routes:
        route = routes.of(CODE)
        assert route
        assert route.system
        assert route.system.at_most == 3
        found = await look(routes, *codes)
    assert [len(asked.form["ds"].split(";")) for asked in agency.asked] == [3]
    assert agency.asked[0].form["k"] == SECRET
    assert agency.asked[0].query == {"version": "2"}
    assert list(found) == list(reversed(codes))
    assert {answer.dossier.code for answer in found.values()} == set(codes)
    told = found[codes[0]].dossier
    assert (told.status, told.channel, told.returned) == ("processing", "post", None)
    assert told.received
    assert told.due
    assert (told.received.isoformat(), told.due.isoformat()) == (
        "2026-11-18T08:15:00+07:00",
        "2026-11-20T17:00:00+07:00",
    )
    assert found[codes[0]].owner.phone == "912345678"


async def test_what_is_missing_from_a_list_is_not_there(agency: Agency, connect: Connects) -> None:
    agency.says = lambda _: {"ket_qua": [{"so": OTHER, "tt": "10"}]}  # without `loi`: that is allowed here
    async with connect(SHAPE_B) as routes:
        assert list(await look(routes, CODE, OTHER)) == [OTHER]


async def test_a_refusal_inside_the_answer_is_a_refusal(agency: Agency, connect: Connects) -> None:
    agency.says = lambda _: {"loi": 403}
    async with connect(SHAPE_B) as routes:
        with pytest.raises(RefusedError, match="403"):
            await look(routes, CODE)


# -- the third shape: JSON with the codes in a list, lists of names and values, a session

SHAPE_C = f"""
systems:
  shape-c:
    kind: mapped
    name: Hệ thống C
    prefixes: ["*"]
    limits: {QUICK}
    auth: {{by: login, url: "${{base}}/login", user: noidai, secret: {{env: THE_SECRET}}}}
    request:
      method: POST
      url: ${{base}}/graph
      body: {{find: {{numbers: "{{codes}}", owner: "{{identity}}"}}, page: 0, all: true}}
      codes_at_once: 50
    answer:
      dossiers: $.data.edges[*]
      dates: [epoch_ms, HH:mm dd/MM/yyyy]
      known_statuses: opencps
      fields:
        code: node["so.ho.so"]
        status: node.attributes[key=status].value
        due: node.attributes[key=due].value
        received: node.attributes[key=in].value
"""


def edges(*attributes: tuple[str, Any]) -> dict[str, Any]:
    listed = [{"key": key, "value": value} for key, value in attributes]
    return {"data": {"edges": [{"node": {"so.ho.so": CODE, "attributes": listed}}]}}


async def test_names_and_values_in_a_list_are_found_and_a_session_goes_along(agency: Agency, connect: Connects) -> None:
    agency.says = lambda _: edges(("in", 1795051200000), ("due", "17:00 25/11/2026"), ("status", "releasing"))
    async with connect(SHAPE_C) as routes:
        told = (await look(routes, CODE))[CODE].dossier
        await look(routes, OTHER, identity=IDENTITY)
    assert told.status == "done"
    assert told.due
    assert told.due.isoformat() == "2026-11-25T17:00:00+07:00"
    session = f"{SECRET}-1"
    assert agency.asked[0].body == {"session": session, "find": {"numbers": [CODE]}, "page": 0, "all": True}
    assert agency.asked[1].body["find"] == {"numbers": [OTHER], "owner": IDENTITY}
    assert agency.logins[0].body == {"username": "noidai", "password": SECRET}
    assert len(agency.logins) == 1


# -- what they should not answer

NO_SENSE: dict[str, Callable[[Asked], Any]] = {
    "a page": html,
    "half": half,
    "cut": cut,
    "no JSON object": lambda _: [],
    "a number": lambda _: 7,
    "an error inside": lambda _: {"meta": {"ok": "E-500"}, "message": NAME},
    "nothing where it should say how it went": lambda _: {"data": {"id": CODE}},
    "no dossier where one should be": lambda _: {"meta": {"ok": True}, "loi": NAME},
    "a list where one dossier should be": lambda _: {"meta": {"ok": True}, "data": [{"id": CODE}]},
    "a text where a dossier should be": lambda _: {"meta": {"ok": True}, "data": NAME},
    "one without its code": lambda _: {"meta": {"ok": True}, "data": {"state": {"code": "NEW"}, "owner": OWNER}},
    "not there any more": lambda _: web.Response(status=302, headers={"Location": f"/?{NAME}"}),
    "500": status(500),
    "503": status(503),
    "429": status(429),
    "408": status(408),
    "very deep": lambda _: web.Response(text="[" * 100_000, content_type="application/json"),
    "a number too long": lambda _: web.Response(text="9" * 10_000, content_type="application/json"),
}


@pytest.mark.parametrize("kind", NO_SENSE)
async def test_what_cannot_be_read_is_an_outage_and_never_not_there(
    agency: Agency, connect: Connects, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = NO_SENSE[kind]
    with nothing_private(caplog) as raised:
        async with connect(SHAPE_A) as routes:
            with pytest.raises(SystemDownError) as failed:
                await look(routes, CODE, identity=IDENTITY)
            raised.append(failed.value)
    assert CODE not in str(failed.value)
    assert str(failed.value).startswith("shape-a: ")


@pytest.mark.parametrize("number", [400, 401, 403, 404, 405, 422])
async def test_what_is_about_us_is_a_refusal(
    agency: Agency, connect: Connects, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = status(number)
    with nothing_private(caplog) as raised:
        async with connect(SHAPE_A) as routes:
            with pytest.raises(RefusedError, match=str(number)) as failed:
                await look(routes, CODE)
            raised.append(failed.value)
    assert len(agency.asked) == 1


async def test_a_slow_or_silent_system_is_down(agency: Agency, connect: Connects) -> None:
    agency.says, agency.pause = (lambda _: shape_a()), 5
    async with connect(SHAPE_A.replace("timeout: 10", "timeout: 0.1")) as routes:
        with pytest.raises(SystemDownError):
            await look(routes, CODE)


async def test_nobody_at_the_address_is_down(connect: Connects, unused_tcp_port: int) -> None:
    async with connect(SHAPE_A.replace("${base}", f"http://127.0.0.1:{unused_tcp_port}")) as routes:
        with pytest.raises(SystemDownError):
            await look(routes, CODE)


async def test_404_is_not_there_where_the_file_says_so(agency: Agency, connect: Connects) -> None:
    agency.says = status(404)
    async with connect(SHAPE_A.replace("dossiers: data", "dossiers: data\n      absent_http: 404")) as routes:
        assert await look(routes, CODE) == {}


@pytest.mark.parametrize("code", [OTHER, "H56.14-261118-00070", "H56.1-4261118-0008", ""])
async def test_a_dossier_nobody_asked_for_is_left_aside(
    agency: Agency, connect: Connects, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = lambda _: shape_a(id=code)
    async with connect(SHAPE_A) as routes:
        with nothing_private(caplog), capture_logs() as logs:
            if code:
                assert await look(routes, CODE) == {}
                assert [log["what"] for log in logs] == ["code"]
                assert code not in repr(logs)
            else:
                with pytest.raises(SystemDownError):
                    await look(routes, CODE)


@pytest.mark.parametrize("written", [CODE.lower(), f" {CODE} ", "H5614-261118-0007", CODE.replace("-", "–")])
async def test_the_code_may_be_written_otherwise_over_there(agency: Agency, connect: Connects, written: str) -> None:
    agency.says = lambda _: shape_a(id=written)
    async with connect(SHAPE_A) as routes:
        assert (await look(routes, CODE))[CODE].dossier.code == CODE


@pytest.mark.parametrize(
    ("told", "logged"), [("A7", "A7"), (77, "77"), (NAME, "?"), (PHONE, "?"), (None, ""), ({"a": NAME}, ""), (True, "")]
)
async def test_a_status_nobody_knows_is_unknown_and_logged_once_without_what_may_be_a_name(
    agency: Agency, connect: Connects, told: Any, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = lambda _: shape_a(state={"code": told, "text": "Đang luân chuyển"})
    async with connect(SHAPE_A) as routes:
        with nothing_private(caplog), capture_logs() as logs:
            found = [(await look(routes, CODE))[CODE].dossier for _ in range(3)]
    assert (found[0].status, found[0].doubts, found[0].official) == ("unknown", ("status",), "Đang luân chuyển")
    warned = [log for log in logs if log["log_level"] == "warning"]
    assert [(log["system"], log["what"], log["written"]) for log in warned] == [("shape-a", "status", logged or "?")]
    assert CODE not in repr(logs)


@pytest.mark.parametrize(
    ("times", "doubts"),
    [
        ({"in": "31/02/2026"}, ("received",)),
        ({"in": "11/21/2026"}, ("received",)),  # the American way is no date here
        ({"in": "2026-13-01"}, ("received",)),
        ({"in": "18/11/0026"}, ("received",)),
        ({"in": "3026-11-18"}, ("received",)),
        ({"in": "18/11/2096"}, ("received",)),  # has not come yet
        ({"in": NAME}, ("received",)),
        ({"in": PHONE}, ("received",)),
        ({"in": ["2026-11-18"]}, ("received",)),
        ({"in": True}, ("received",)),
        ({"due": "99999999"}, ("due",)),
        ({"in": "18/11/2026 08:15", "due": "17/11/2026"}, ("due_before_received",)),
        ({"in": "18/11/2026 08:15", "due": "18/11/2026 08:14"}, ("due_before_received",)),
        ({"in": "18/11/2026 08:15", "due": "18/11/2026"}, ()),  # on the same day
        ({"in": "18/11/2026 08:15", "out": "17/11/2026"}, ("finished",)),
        ({"in": "x", "due": "y", "out": "z"}, ("received", "due", "finished")),
        ({"in": None, "due": "", "out": "null"}, ()),  # nothing is said
        ({"in": "0001-01-01T00:00:00", "due": "1900-01-01", "out": 0}, ()),  # how programs say nothing
    ],
)
async def test_a_date_that_cannot_be_is_a_doubt_and_not_shown(
    agency: Agency, connect: Connects, times: dict[str, Any], doubts: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    agency.says = lambda _: shape_a(at=times)
    async with connect(SHAPE_A) as routes:
        with nothing_private(caplog):
            told = (await look(routes, CODE))[CODE].dossier
    assert told.doubts == doubts
    for doubt in doubts:
        assert getattr(told, doubt.removesuffix("_before_received")) is None


def json_values() -> st.SearchStrategy[Any]:
    texts = st.text(max_size=8) | st.sampled_from([CODE, "WORK", "20261118", "18/11/2026", NAME, "0"])
    plain = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats() | texts
    names = st.sampled_from(
        ["meta", "ok", "data", "id", "state", "code", "at", "in", "due", "wants", "log", "owner", "t"]
    )
    return st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5))


class Nobody:
    """A caller that has the answer already."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def ask(self, call: Any, absent: Any = ()) -> Any:
        return self.answer


@given(json_values())
@settings(max_examples=400, deadline=None)
def test_whatever_json_it_answers_is_read_or_refused_and_nothing_else(answer: Any) -> None:
    file = yaml.safe_load(SHAPE_A.replace("${base}", "https://example"))
    rules = MappedRules.model_validate(file["systems"]["shape-a"])
    for value in (
        answer,
        {"meta": {"ok": True}, "data": answer},
        shape_a(at=answer, log=answer, owner=answer, fee=answer),
    ):
        system: Any = MappedSystem("a", rules.request, rules.answer, Nobody(value), reader_of("a", rules.answer, None))
        try:
            found = asyncio.run(system.look([CODE]))
        except (SystemDownError, RefusedError):
            continue
        assert set(found) <= {CODE}


# -- the worked example


def blocks(language: str) -> Iterator[str]:
    chapter = DOCUMENT.read_text("utf-8").partition("## A worked example")[2].partition("\n## ")[0]
    return (block[1] for block in re.finditer(rf"```{language}\n(.*?)```", chapter, re.S))


@pytest.fixture
async def documented(agency: Agency, aiohttp_server: Serves, tmp_path: Path) -> AsyncIterator[Routes]:
    """The server does what the document says: it answers that request, and with `04` any other."""
    (request,), (answer,), (yaml,) = blocks("http"), blocks("json"), blocks("yaml")
    line, _, body = request.partition("\n\n")
    method, address = line.splitlines()[0].split()
    wanted = json.loads(body.replace("…", "app-key"))

    def says(asked: Asked) -> Any:
        assert (asked.method, asked.path) == (method, address.removeprefix("https://motcua.example"))
        assert asked.headers["Authorization"] == f"Bearer {SECRET}-1"
        return json.loads(answer) if asked.body == wanted else {"result": {"code": "04"}}

    agency.says = says
    here = yaml.replace("https://motcua.example/oauth/token", "${base}/token").replace(
        "url: https://motcua.example", "url: ${base}"
    )
    environment = {"DOSSIER_SECRET_H38": "secret", "DOSSIER_APP_KEY_H38": "app-key"}
    async with connected(agency, here, aiohttp_server, tmp_path, environment) as routes:
        yield routes


async def test_the_documents_example_works_as_it_says(documented: Routes) -> None:
    (shown,) = blocks("text")
    code = re.search(r"code: (\S+)", shown)
    assert code
    found = await look(documented, code[1])
    route = documented.of(code[1])
    assert route
    lines = list(lines_of(Tried(route, found[code[1]], 0.0)))
    lines[0] = lines[0].partition("; answered in")[0]
    assert lines == shown.strip().splitlines()


async def test_the_documents_example_knows_what_is_not_there_and_what_is_down(
    documented: Routes, agency: Agency
) -> None:
    assert await look(documented, "H38.12-261118-0009") == {}
    agency.says = lambda _: {"result": {"code": "07"}}
    with pytest.raises(RefusedError):
        await look(documented, "H38.12-261118-0007")
    agency.says = lambda _: {"result": {"code": "99"}}
    with pytest.raises(SystemDownError):
        await look(documented, "H38.12-261118-0007")


async def test_nothing_is_asked_of_a_redirected_place(agency: Agency, connect: Connects) -> None:
    """A login page elsewhere would get our key."""
    agency.says = lambda asked: web.Response(status=302, headers={"Location": "/elsewhere"})
    async with connect(SHAPE_A) as routes:
        with pytest.raises(SystemDownError):
            await look(routes, CODE)
    assert len(agency.asked) == 1


async def test_an_answer_without_end_is_cut_off(agency: Agency, connect: Connects, monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.services.http.LONGEST", 1000)
    agency.says = lambda _: shape_a(title="x" * 2000)
    async with connect(SHAPE_A) as routes:
        with pytest.raises(SystemDownError):
            await look(routes, CODE)


async def test_a_caller_shows_nothing_of_itself() -> None:
    async with ClientSession() as session:
        assert SECRET not in repr(Caller(session, Fixed("x", Fixed("y").shown), ClientTimeout()))
