"""Figures of dossiers and pickups: every one counted once, the unknown as unknown, the same in every kind of output."""

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO, StringIO
from math import isnan
from pathlib import Path
from shutil import copy
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from openpyxl import load_workbook  # type: ignore[import-untyped]
from PIL import Image
from rich.console import Console
from sqlalchemy import insert

from bot.commands import main
from bot.commands.indicators import DIMENSIONS
from bot.commands.indicators_shown import show, written
from bot.dossiers.counted import Filed, part
from bot.dossiers.counted import Part as DossierPart
from bot.dossiers.dossier import Channel, Dossier, Status
from bot.dossiers.indicators import Counted, Counting, Dimension, Period
from bot.dossiers.lateness import lateness
from bot.dossiers.sums import Share
from bot.papers.charts import BANDS, by_month, chart, draw_share, months_between, received_in
from bot.papers.figure_columns import DOSSIERS, PICKUPS
from bot.papers.figure_files import as_csv, as_json
from bot.papers.figures import Report, reported
from bot.papers.workbook import as_xlsx
from bot.pickup import counted as pickup_counted
from bot.pickup import progress
from bot.pickup.counted import Booked
from bot.storage import tables
from bot.storage.store import Store, connect
from bot.texts.render import LANGUAGES
from knowledge.calendar import load_calendar

TODAY = date(2026, 11, 21)
CALENDAR = load_calendar()
BIRTH, LAND = "1.001193", "1.013831"
KINH, TAM = "05977", "05986"
DOMAINS = {BIRTH: "Hộ tịch", LAND: "Đất đai"}
FILED = Filed(
    agency="UBND phường Đông Kinh",
    commune=KINH,
    channel="post",
    procedure=BIRTH,
    status="done",
    received=date(2026, 11, 2),
    due=date(2026, 11, 9),
    finished=date(2026, 11, 6),
    returned=None,
    known=TODAY,
)
BOOKED = Booked(BIRTH, KINH, "accepted", date(2026, 11, 2), ended=False, failed=False)
REGISTERED = FILED._replace(status="registered", received=None, due=None, finished=None)


def count(
    dossiers: Iterable[Filed],
    pickups: Iterable[Booked] = (),
    by: tuple[Dimension, ...] = ("month",),
    period: Period = Period(),  # noqa: B008
    smallest: int = 1,
) -> Counted:
    return Counting(by, period, smallest, DOMAINS.get).count(dossiers, pickups, TODAY, CALENDAR)


def told(counted: Counted, language: str = "vi", *, smallest: int = 1, trial: bool = False) -> Report:
    names = {KINH: "Phường Đông Kinh, tỉnh Lạng Sơn", BIRTH: "Đăng ký khai sinh"}
    return reported(counted, language, lambda dimension, code: names.get(code), smallest=smallest, trial=trial)


# What is counted


def ha_nam() -> list[Filed]:
    """The pilot of 2023 (DOMAIN §5): 1,700 dossiers, 1,669 online; days of our own that give its figures."""
    day = date(2023, 6, 5)
    filed = FILED._replace(received=day, due=day + timedelta(days=7), channel="online")
    return [
        *[filed._replace(finished=day + timedelta(days=4))] * 1479,
        *[filed._replace(finished=day + timedelta(days=7))] * 168,
        *[filed._replace(finished=day + timedelta(days=8))] * 21,
        *[filed._replace(status="processing", due=TODAY, finished=None, channel=None)] * 31,
        filed._replace(status="processing", due=TODAY, finished=None),
    ]


def test_the_figures_of_ha_nam() -> None:
    total = count(ha_nam()).dossiers.total
    assert total.parts == {"early": 1479, "on_time": 168, "late": 21, "open": 32}
    assert (total.whole, total.received, total.solved) == (1700, 1700, 1668)
    assert total.late_share == pytest.approx((0.01259, 0.01259), abs=1e-5)
    assert total.channel_share("online") == (1669 / 1700, 1)  # how the other 31 came is not told
    assert total.channel_share("post") == (0, 31 / 1700)
    assert total.median_days is None  # the working calendar does not know 2023


DUE = date(2026, 11, 9)
CASES: dict[str, tuple[dict[str, Any], DossierPart]] = {
    "before the due day": ({"finished": date(2026, 11, 8)}, "early"),
    "on it": ({"finished": DUE}, "on_time"),
    "after it": ({"finished": date(2026, 11, 10)}, "late"),
    "no due day": ({"due": None}, "unjudged"),
    "no day of the result": ({"finished": None}, "unjudged"),
    "fetched in time": ({"status": "returned", "finished": None, "returned": date(2026, 11, 6)}, "early"),
    "fetched on the day": ({"status": "returned", "finished": None, "returned": DUE}, "on_time"),
    "fetched late, there since when?": (
        {"status": "returned", "finished": None, "returned": date(2026, 11, 12)},
        "unjudged",
    ),
    "fetched late, there in time": ({"status": "returned", "returned": date(2026, 11, 12)}, "early"),
    "due before it was received": ({"due": date(2026, 11, 1)}, "unjudged"),
    "there before it was received": ({"finished": date(2026, 11, 1)}, "unjudged"),
    "there after the system said so": ({"finished": date(2026, 11, 22), "due": date(2026, 12, 1)}, "unjudged"),
    "to come": ({"status": "processing", "finished": None, "due": TODAY}, "open"),
    "over": ({"status": "received", "finished": None}, "open_late"),
    "over since it was last asked": ({"status": "processing", "finished": None, "known": DUE}, "open_unknown"),
    "no day promised": ({"status": "processing", "finished": None, "due": None}, "open_unknown"),
    "on the citizen, and over": ({"status": "supplement", "finished": None}, "waiting"),
    "to be paid": ({"status": "payment", "finished": None}, "waiting"),
    "withdrawn": ({"status": "withdrawn"}, "withdrawn"),
    "stopped": ({"status": "stopped"}, "stopped"),
    "refused": ({"status": "rejected"}, "rejected"),
    "only sent": ({"status": "registered", "finished": None}, "registered"),
    "a word nobody knows": ({"status": "unknown", "finished": None}, "unknown"),
    "a word nobody knows, and a result": ({"status": "unknown"}, "early"),
}


@pytest.mark.parametrize(("more", "expected"), CASES.values(), ids=CASES)
def test_each_dossier_is_in_one_part(more: dict[str, Any], expected: DossierPart) -> None:
    assert part(FILED._replace(**more), TODAY) == expected


def test_what_an_agency_has_received() -> None:
    received = {status for status in get_args(Status) if FILED._replace(status=status).is_received}
    assert set(get_args(Status)) - received == {"registered", "rejected"}
    nothing_known = FILED._replace(status="unknown", received=None, finished=None)
    assert [nothing_known.is_received, nothing_known._replace(finished=TODAY).is_received] == [False, True]


DAYS = st.none() | st.dates(date(2026, 10, 1), TODAY)
FILES = st.builds(
    Filed,
    agency=st.sampled_from(["UBND A", "Sở B", None]),
    commune=st.sampled_from([KINH, TAM, None]),
    channel=st.sampled_from([*get_args(Channel), None]),
    procedure=st.sampled_from([BIRTH, LAND, "9.999999", None]),
    status=st.sampled_from(get_args(Status)),
    received=DAYS,
    due=st.none() | st.dates(date(2026, 10, 1), date(2026, 12, 31)),
    finished=DAYS,
    returned=DAYS,
    known=st.dates(date(2026, 10, 1), TODAY),
)
VISITS = st.builds(
    Booked,
    procedure=st.sampled_from([BIRTH, LAND]),
    commune=st.sampled_from([KINH, TAM]),
    status=st.sampled_from(get_args(progress.Status)),
    ordered=st.dates(date(2026, 10, 1), TODAY),
    ended=st.booleans(),
    failed=st.booleans(),
)
BY = st.lists(st.sampled_from(DIMENSIONS), unique=True).map(tuple)


@given(st.lists(FILES), st.lists(VISITS), BY, st.integers(1, 6))
def test_the_parts_add_up_to_the_whole(
    dossiers: list[Filed], pickups: list[Booked], by: tuple[Dimension, ...], smallest: int
) -> None:
    counted = count(dossiers, pickups, by, smallest=smallest)
    splits: tuple[Any, ...] = (counted.dossiers, counted.pickups, counted.months)
    for split, whole in zip(splits, (len(dossiers), len(pickups), len(dossiers)), strict=True):
        sums = [s for _, s in split.lines] + ([split.small] if split.small else [])
        assert split.total.whole == whole == sum(s.whole for s in sums)
        assert split.total.parts == sum((s.parts for s in sums), Counter())
    for _, line in counted.dossiers.lines:
        never = line.parts["registered"] + line.parts["rejected"] + line.parts["unknown"]
        assert line.whole - never <= line.received <= line.whole
        assert sum(received_in(line, band.parts) for band in BANDS) == line.received  # the bars of the chart
        for share in (line.late_share, line.channel_share("post")):
            assert share is None or 0 <= share.low <= share.high <= 1


@given(FILES)
def test_the_figures_say_what_the_citizen_was_told(filed: Filed) -> None:
    """On the day of the answer; where days cannot be, or the agency has not received it, figures say less."""

    def moment(day: date | None) -> datetime | None:
        return datetime.combine(day, time(17), UTC) if day else None  # the next day in Viet Nam

    seen = filed._replace(known=max([filed.known, *filter(None, (filed.finished, filed.returned))]))
    dossier = Dossier(
        code="H37.2-261121-0001",
        system="x",
        status=seen.status,
        **{name: moment(getattr(seen, name)) for name in ("received", "due", "finished", "returned")},
    )
    a_day = timedelta(days=1)
    shown = lateness(dossier, datetime.combine(seen.known + a_day, time(9)), CALENDAR).kind
    counted = part(seen, seen.known)
    same = {"early": "early", "on_time": "on_time", "late": "late", "open": "running", "open_late": "overdue"}
    same["waiting"] = "waiting"
    if counted in same:
        assert shown == same[counted]
    elif shown in ("early", "on_time", "late"):
        assert counted == "unjudged"


def test_every_status_of_a_pickup_has_a_part() -> None:
    assert set(pickup_counted.PART) == set(get_args(progress.Status))
    assert {*pickup_counted.PART.values(), "silent"} == set(get_args(pickup_counted.Part))


@pytest.mark.parametrize(
    ("status", "ended", "expected"),
    [
        ("on_the_way", False, "coming"),
        ("collected", False, "collected"),
        ("collected", True, "silent"),
        ("handed_over", True, "handed_over"),
        ("result_on_the_way", False, "handed_over"),
        ("delivered", True, "delivered"),
        ("cancelled", True, "cancelled"),
    ],
)
def test_a_pickup_is_in_one_part(status: progress.Status, ended: bool, expected: str) -> None:
    assert pickup_counted.part(BOOKED._replace(status=status, ended=ended)) == expected


def test_what_is_not_known_makes_a_share_a_range() -> None:
    dossiers = [FILED, FILED._replace(finished=date(2026, 11, 12)), FILED._replace(due=None, channel=None)]
    total = count([*dossiers, FILED._replace(channel="online")]).dossiers.total
    assert total.late_share == Share(1 / 4, 2 / 4)
    assert total.channel_share("post") == Share(2 / 4, 3 / 4)
    assert any("là khoảng" in note for note in told(count([*dossiers])).notes)
    assert not any("là khoảng" in note for note in told(count(dossiers[:2])).notes)
    assert count([REGISTERED]).dossiers.total.channel_share("post") is None  # none was received


def test_working_days_from_reception_to_result() -> None:
    """Tuesday 24/11/2026 is a holiday; a day of fetching tells no time."""
    monday = FILED._replace(received=date(2026, 11, 23), due=None, known=date(2026, 12, 31))
    days = [
        monday._replace(finished=date(2026, 11, 25)),  # 1
        monday._replace(finished=date(2026, 11, 30)),  # 4
        monday._replace(finished=None, due=date(2026, 12, 30), returned=date(2026, 12, 30), status="returned"),
        monday._replace(received=None, finished=date(2026, 12, 30)),
        monday._replace(finished=date(2026, 11, 20)),  # cannot be
    ]
    total = count(days).dossiers.total
    assert (total.median_days, total.days) == (2.5, {1: 1, 4: 1})


def test_a_period_takes_whole_months_and_tells_what_it_cannot_place() -> None:
    months = [FILED._replace(received=date(2026, month, 28), due=None) for month in (8, 9, 10, 11)]
    unplaced = FILED._replace(received=None)
    counted = count([*months, unplaced], [BOOKED], period=Period("2026-09", "2026-10"))
    assert [key for key, _ in counted.dossiers.lines] == [("2026-09",), ("2026-10",)]
    assert (counted.undated, counted.pickups.total.whole) == (1, 0)
    assert "Không tính vào kỳ này: 1 hồ sơ chưa rõ ngày tiếp nhận." in told(counted).notes
    assert count([*months, unplaced]).dossiers.lines[-1][0] == (None,)  # in the open period it has a line of its own
    assert count([unplaced]).undated == 0


def test_pickups_are_split_by_what_is_known_of_them() -> None:
    counted = count([FILED], [BOOKED, BOOKED._replace(commune=TAM)], by=("agency", "commune", "channel", "month"))
    assert counted.dossiers.by == ("agency", "commune", "channel", "month")
    assert counted.pickups.by == ("commune", "month")
    assert [key for key, _ in counted.pickups.lines] == [(KINH, "2026-11"), (TAM, "2026-11")]


def test_the_field_of_law_is_the_procedures() -> None:
    rows = [FILED, FILED._replace(procedure=LAND), FILED._replace(procedure="9.999999"), FILED._replace(procedure=None)]
    lines = count(rows, by=("domain",)).dossiers.lines
    assert [(key[0], sums.whole) for key, sums in lines] == [("Hộ tịch", 1), ("Đất đai", 1), (None, 2)]


# What could single out a person


def few() -> list[Filed]:
    return [FILED] * 5 + [FILED._replace(procedure=LAND)] * 4 + [FILED._replace(commune=TAM)]


@pytest.mark.parametrize(
    "by", [("commune", "procedure"), ("agency", "domain", "month"), ("commune", "agency", "domain")]
)
def test_small_lines_of_a_place_and_a_matter_are_put_together(by: tuple[Dimension, ...]) -> None:
    split = count(few(), [BOOKED] * 4, by=by, smallest=5).dossiers
    assert [sums.whole for _, sums in split.lines if sums.whole < 5] == []
    assert split.small
    assert split.total.whole == 10
    assert "commune" not in by or [key[by.index("commune")] for key, _ in split.lines] == [KINH]


def test_small_pickups_are_put_together_too() -> None:
    split = count(
        [], [BOOKED] * 4 + [BOOKED._replace(procedure=LAND)] * 5, by=("commune", "procedure"), smallest=5
    ).pickups
    assert [key for key, _ in split.lines] == [(KINH, LAND)]
    assert split.small
    assert split.small.whole == 4


@pytest.mark.parametrize("by", [("commune",), ("procedure",), ("agency", "month"), ("procedure", "channel", "month")])
def test_other_lines_are_shown_however_small(by: tuple[Dimension, ...]) -> None:
    split = count(few(), by=by, smallest=5).dossiers
    assert split == count(few(), by=by, smallest=1).dossiers
    assert split.small is None


def test_no_output_holds_what_was_put_together() -> None:
    report = told(count(few(), by=("commune", "procedure"), smallest=5), smallest=5)
    for body in (as_csv(report, report.grids[0]).decode(), as_json(report).decode(), str(sheets(as_xlsx(report)))):
        assert KINH in body
        assert TAM not in body
        assert LAND not in body
    assert any("dưới 5" in note for note in report.notes)


def test_the_oldest_answer_about_what_is_open_is_told() -> None:
    old = FILED._replace(status="processing", finished=None, known=date(2026, 11, 12))
    counted = count([FILED._replace(known=date(2026, 10, 1)), old, old._replace(known=TODAY)])
    assert counted.asked == date(2026, 11, 12)
    assert any("12/11/2026" in note for note in told(counted).notes)
    assert count([FILED]).asked is None


# At rest


@pytest.fixture
def keep(store: Store) -> Callable[..., None]:
    """Puts rows as bot/storage keeps them."""

    def put(*rows: dict[str, Any], table: Any = tables.dossier) -> None:
        with store.engine.begin() as connection:
            for row in rows:
                connection.execute(insert(table), row)

    return put


MORNING = datetime(2026, 11, 2, 1, tzinfo=UTC)
LATE_EVENING = datetime(2026, 10, 31, 17, 30, tzinfo=UTC)  # 1 November in Viet Nam


def a_row(key: str, **more: Any) -> dict[str, Any]:
    row = {"key": key, "system": "igate", "trial": False, "version": 1, "failures": 0, "followed_at": MORNING}
    told = {"agency": "UBND A", "commune": KINH, "channel": "post", "procedure": BIRTH, "status": "processing"}
    return {
        **row,
        **told,
        "received": MORNING,
        "due": datetime(2026, 11, 9, 9, tzinfo=UTC),
        "known_at": MORNING,
        **more,
    }


def a_pickup(number: str, **more: Any) -> dict[str, Any]:
    row = {"number": number, "chat": "", "procedure": BIRTH, "commune": KINH, "day": TODAY, "shift": "morning"}
    how = {"moves": 0, "moves_at_post": 0, "corrections": 0, "to_cancel": False, "delayed": False, "at_post": "yes"}
    return {**row, **how, "status": "accepted", "since": MORNING, "ordered_at": MORNING, **more}


def stored(store: Store, *, trial: bool = False) -> tuple[list[Filed], list[Booked]]:
    return store.run_now(lambda unit: (list(unit.figures.dossiers(trial=trial)), list(unit.figures.pickups())))


def test_what_is_at_rest_is_read_in_days_of_viet_nam(store: Store, keep: Callable[..., None]) -> None:
    keep(a_row("a", received=LATE_EVENING, finished=LATE_EVENING + timedelta(days=4), status="done"))
    assert stored(store)[0] == [
        FILED._replace(agency="UBND A", received=date(2026, 11, 1), finished=date(2026, 11, 5), known=date(2026, 11, 2))
    ]


def test_only_what_was_followed_is_counted(store: Store, keep: Callable[..., None]) -> None:
    """Not what was only looked at, not what is no dossier; the trial's never with the others."""
    nothing = dict.fromkeys(("agency", "commune", "channel", "procedure", "status", "received", "due", "known_at"))
    keep(
        a_row("looked at", followed_at=None),
        a_row("no dossier", **nothing, missing_since=MORNING),
        a_row("gone since", missing_since=MORNING),
        a_row("not answered yet", **nothing),
        a_row("pretended", trial=True, agency="pretended"),
    )
    (gone, silent), _ = stored(store)
    assert (gone.status, silent.status, silent.received, silent.known) == (
        "processing",
        "unknown",
        None,
        date(2026, 11, 2),
    )
    assert [filed.agency for filed in stored(store, trial=True)[0]] == ["pretended"]


def test_pickups_at_rest(store: Store, keep: Callable[..., None]) -> None:
    numbers = ["a", "b", "c"]
    keep(*(a_pickup(number) for number in numbers[:2]), table=tables.pickup)
    keep(a_pickup("c", status="delivered", ended_at=MORNING, ordered_at=LATE_EVENING), table=tables.pickup)
    news = {"number": "b", "code": "", "at": MORNING, "changed": True}
    keep(
        {**news, "key": "1", "status": "collection_failed"},
        {**news, "key": "2", "status": "collection_failed"},
        {**news, "number": "a", "key": "1", "status": "accepted"},
        table=tables.pickup_news,
    )
    booked = stored(store)[1]
    assert [(b.status, b.ended, b.failed) for b in sorted(booked)] == [
        ("accepted", False, False),
        ("accepted", False, True),
        ("delivered", True, False),
    ]
    assert {b.month for b in booked} == {"2026-11"}


def test_more_rows_than_are_fetched_at_once(store: Store, keep: Callable[..., None], monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.storage.figures.AT_ONCE", 3)
    keep(*(a_row(str(n), channel="online" if n % 2 else None) for n in range(20)))
    counted = store.run_now(
        lambda unit: count(unit.figures.dossiers(trial=False), unit.figures.pickups(), by=("agency",))
    )
    assert counted.dossiers.total.channels == {"online": 10, None: 10}


# The outputs


def everything() -> Counted:
    pickups = [BOOKED, BOOKED._replace(status="delivered", ended=True, failed=True), BOOKED._replace(commune=TAM)]
    late = FILED._replace(finished=date(2026, 11, 12), channel=None, agency='=HYPERLINK("x")\x1b[31m')
    return count([FILED, late, FILED._replace(due=None), REGISTERED], pickups, by=("agency", "commune", "month"))


def read_csv(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline="")))


def sheets(body: bytes) -> dict[str, list[tuple[Any, ...]]]:
    workbook = load_workbook(BytesIO(body))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in workbook}


def test_csv_is_read_back() -> None:
    report = told(everything())
    rows = read_csv(as_csv(report, report.grids[0]))
    assert [row["Loại dòng"] for row in rows] == ["dòng"] * 3 + ["Tổng cộng"]
    known, total = rows[1], rows[-1]
    assert (known["Xã, phường"], known["Tên xã, phường"], known["Tháng"]) == (
        KINH,
        "Phường Đông Kinh, tỉnh Lạng Sơn",
        "2026-11",
    )
    assert [row["Tháng"] for row in rows] == ["2026-11", "2026-11", "chưa rõ", ""]
    assert (total["Theo dõi"], total["Tiếp nhận"], total["Quá hạn"], total["Xong, chưa rõ hạn"]) == ("4", "3", "1", "1")
    assert (total["Tỷ lệ quá hạn"], total["Tỷ lệ quá hạn (nhiều nhất)"]) == ("0.3333", "0.6667")
    assert rows[2]["Tỷ lệ quá hạn"] == ""  # of nothing
    assert {row["Tính đến ngày"] for row in rows} == {"2026-11-21"}
    assert all("không phải toàn bộ hồ sơ của tỉnh" in row["Ghi chú"] for row in rows)
    assert "hệ thống của cơ quan cho biết" in total["Ghi chú"]


def test_no_name_steers_a_spreadsheet_or_a_terminal() -> None:
    report = told(everything())
    body = as_csv(report, report.grids[0])
    assert b"\x1b" not in body
    assert read_csv(body)[0]["Cơ quan"] == '\'=HYPERLINK("x") [31m'
    workbook = load_workbook(BytesIO(as_xlsx(report)))
    cell = workbook.worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x") [31m', "s")


def test_json_is_read_back() -> None:
    read = json.loads(as_json(told(everything())))
    assert (read["as_of"], read["since"], read["undated"], read["dossiers"]["small"]) == ("2026-11-21", None, 0, None)
    assert read["dossiers"]["by"] == ["agency", "commune", "month"]
    line = read["dossiers"]["lines"][1]
    assert (line["agency"], line["commune"], line["month"]) == (FILED.agency, KINH, "2026-11")
    assert line["late_share"] == 0
    assert line["late_share_at_most"] == 0.5
    assert read["dossiers"]["lines"][2]["month"] is None
    assert read["pickups"]["total"] == {**dict.fromkeys((c.key for c in PICKUPS), 0)} | {
        "booked": 3, "coming": 2, "delivered": 1, "failed_once": 1,
    }  # fmt: skip


def test_the_workbook_is_read_back() -> None:
    report = told(everything())
    read = sheets(as_xlsx(report))
    assert list(read) == ["Hồ sơ đã theo dõi", "Lịch hẹn lấy hồ sơ", "Ghi chú"]
    head, *lines = read["Hồ sơ đã theo dõi"]
    total = dict(zip(head, lines[-1], strict=True))
    assert (total["Loại dòng"], total["Theo dõi"], total["Quá hạn"]) == ("Tổng cộng", 4, 1)
    assert total["Tỷ lệ quá hạn"] == pytest.approx(1 / 3)
    sheet = load_workbook(BytesIO(as_xlsx(report))).worksheets[0]
    assert sheet.freeze_panes == "F2"
    formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert (formats["Tỷ lệ bưu chính"], formats["Theo dõi"], formats["Ngày làm việc (trung vị)"]) == (
        "0.00%", "#,##0", "0.0",
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notes_tell_what_every_column_means(language: str) -> None:
    report = told(everything(), language, trial=True)
    rows = list(sheets(as_xlsx(report)).values())[-1]
    explained = {row[0]: row[1] for row in rows if len(row) > 1 and row[1]}
    for grid, columns in zip(report.grids, (DOSSIERS, PICKUPS), strict=True):
        assert len(grid.headings) == len(columns)
        assert all(explained[heading.words] == heading.meaning for heading in grid.headings)
    assert "MStatistic" in str(rows)
    assert rows[0][0] == report.notes[0] == report.warning[0]
    assert ("SỐ LIỆU THỬ" if language == "vi" else "TRIAL") in rows[0][0]


@pytest.mark.parametrize("columns", [DOSSIERS, PICKUPS])
def test_no_two_columns_are_called_alike(columns: Any) -> None:
    for language in LANGUAGES:
        grids = told(everything(), language).grids
        heads = [heading.words for grid in grids for heading in grid.headings if len(grid.headings) == len(columns)]
        assert len({column.key for column in columns}) == len(set(heads)) == len(columns)


# The chart


def svg(report: Report) -> str:
    body = chart(report, "svg")
    assert ElementTree.fromstring(body).tag == "{http://www.w3.org/2000/svg}svg"
    return body.decode()


def words_of(picture: str) -> list[str]:
    found = ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(element.itertext()).strip() for element in found]


def test_the_chart_is_text_and_tells_what_it_is() -> None:
    march = FILED._replace(received=date(2026, 3, 2), due=None)
    report = told(count([*ha_nam()[-40:], FILED, march, FILED._replace(received=None)]))
    shown = words_of(svg(report))
    said = " ".join(shown)
    assert {"Trước hạn", "Quá hạn", "Còn hạn", "Tỷ lệ bưu chính", "Xong, chưa rõ hạn", "chưa rõ"} <= set(shown)
    assert "Đúng hạn" not in shown  # none
    for sentence in ("Số liệu đến ngày 21/11/2026", "không phải toàn bộ", "hệ thống của cơ quan cho biết"):
        assert sentence in said
    assert "Dải mờ" in said  # how the dossiers of 2023 came is not told of all
    assert svg(report) == svg(report)


def test_a_line_is_drawn_over_no_month_in_which_nothing_was_received() -> None:
    months = [FILED._replace(received=date(2026, month, 2), due=None) for month in (8, 9, 11)]
    report = told(count([*months, FILED._replace(received=None)]))
    _, sums, timed = by_month(report)
    assert ([one.received for one in sums], timed) == ([1, 1, 0, 1, 1], 4)
    axes = Figure().subplots()
    draw_share(axes, report, sums, timed)
    drawn: Any = axes.lines
    in_time, unplaced = ([float(y) for y in line.get_ydata()] for line in drawn)
    assert (in_time[:2], in_time[3:], unplaced) == ([100, 100], [100], [100])
    assert isnan(in_time[2])
    assert "Dải mờ" not in svg(report)


def test_a_chart_of_a_trial_says_so() -> None:
    assert "SỐ LIỆU THỬ" in " ".join(words_of(svg(told(count([FILED]), trial=True))))


def test_months_without_a_dossier_are_in_the_chart() -> None:
    assert months_between("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    gap = [FILED, FILED._replace(received=date(2026, 9, 1))]
    assert {"09/2026", "10/2026", "11/2026"} <= set(words_of(svg(told(count(gap)))))


@pytest.mark.parametrize("rows", [[FILED], [REGISTERED], [FILED._replace(received=None, channel=None)]])
def test_a_picture_of_little(rows: list[Filed]) -> None:
    with Image.open(BytesIO(chart(told(count(rows)), "png"))) as image:
        assert image.format == "PNG"
        assert image.width > 1000


# The command

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Run:
    """`report indicators …` over a database of a few dossiers and pickups."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{copy(migrated_sqlite, tmp_path / 'noidai.db')}"
    engine = connect(url)
    with engine.begin() as connection:
        rows = [a_row("a"), a_row("b", status="done", finished=datetime(2026, 11, 6, tzinfo=UTC), channel="online")]
        later = a_row("c", received=datetime(2026, 10, 5, tzinfo=UTC), due=None)
        connection.execute(insert(tables.dossier), [*rows, later])
        connection.execute(insert(tables.dossier), a_row("t", trial=True, agency="Cơ quan giả"))
        connection.execute(insert(tables.pickup), a_pickup("a"))
    engine.dispose()
    monkeypatch.setenv("NOIDAI_DATABASE_URL", url)
    monkeypatch.setenv("NOIDAI_DATA_KEY", "ab" * 32)
    monkeypatch.setattr("bot.app.today", lambda: TODAY)

    def told(*arguments: str) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        monkeypatch.setattr(sys, "argv", ["bot", "report", "indicators", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capfdbinary.readouterr()
        return int(stopped.value.code or 0), out.decode("utf-8"), err.decode("utf-8")

    return told


def test_a_table_for_people_is_plain_where_there_is_no_screen(run: Run) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    assert not set(out) & set("\x1b│┃━─")
    lines = [line.split() for line in out.splitlines()]
    months = [line for line in lines if line[:1] in (["10/2026"], ["11/2026"])]
    assert [line[:3] for line in months] == [
        ["10/2026", "1", "1"],
        ["11/2026", "2", "2"],
    ]
    assert "Chỉ gồm hồ sơ được theo dõi" in out
    assert "Cơ quan giả" not in run("--by", "agency")[1]


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_shows_every_figure_whole(width: int, language: str) -> None:
    report = told(everything(), language)
    screen = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    show(report, screen)
    lines = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    for n, heading in enumerate(report.grids[0].headings):
        if heading.is_main or report.grids[0].lines[-1].values[n]:
            assert written(report.grids[0].lines[-1].values[n]) in "".join(lines)
            assert all(word in "".join(lines) for word in heading.words.split())


def test_the_trial_is_counted_alone_and_says_so(run: Run) -> None:
    code, out, _ = run("--trial", "--by", "agency", "--by", "commune")
    assert code == 0
    assert "Cơ quan giả" in out
    assert "UBND A" not in out
    assert "phường Đông Kinh, tỉnh Lạng Sơn" in out
    assert "Lịch hẹn lấy hồ sơ" in out  # booked with the pretend post
    assert out.count("SỐ LIỆU THỬ") == 1


def test_by_procedure_and_its_field_of_law(run: Run) -> None:
    read = json.loads(run("--by", "procedure,domain", "--format", "json", "--smallest", "1")[1])
    (line,) = read["dossiers"]["lines"]
    assert (line["procedure"], line["procedure_name"], line["domain"]) == (BIRTH, "Đăng ký khai sinh", "Hộ tịch")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_format_is_as_the_file_is_named(run: Run, tmp_path: Path, language: str) -> None:
    for name in ("f.csv", "f.json", "f.XLSX", "f.txt"):
        assert run("--out", name, "--language", language) == (0, "", "")
    assert read_csv((tmp_path / "f.csv").read_bytes())[-1][{"vi": "Theo dõi", "en": "Followed"}[language]] == "3"
    assert json.loads((tmp_path / "f.json").read_bytes())["dossiers"]["total"]["followed"] == 3
    assert len(sheets((tmp_path / "f.XLSX").read_bytes())) == 3
    assert {"vi": "Tổng cộng", "en": "Total"}[language] in (tmp_path / "f.txt").read_text("utf-8")


def test_a_csv_of_pickups_and_a_period(run: Run) -> None:
    rows = read_csv(run("--format", "csv", "--of", "pickups", "--trial", "--since", "2026-11")[1].encode())
    assert [row["Đã đặt"] for row in rows] == ["1", "1"]
    rows = read_csv(run("--format", "csv", "--until", "2026-10", "--since", "2026-10")[1].encode())
    assert [(row["Theo dõi"], row["Kỳ"]) for row in rows] == [("1", "từ tháng 10/2026 đến hết tháng 10/2026")] * 2


def test_charts_are_written(run: Run, tmp_path: Path) -> None:
    assert run("--chart", "f.svg", "--by", "agency")[0] == 0
    assert "Tỷ lệ bưu chính" in words_of((tmp_path / "f.svg").read_text("utf-8"))
    assert run("--chart", "f.png", "--language", "en")[0] == 0
    with Image.open(tmp_path / "f.png") as image:
        assert image.format == "PNG"


REFUSED = {
    "a month that is none": (["--since", "2026-13"], "2026-13"),
    "a day": (["--until", "2026-11-02"], "2026-11-02"),
    "the end before the beginning": (["--since", "2026-11", "--until", "2026-10"], "2026-10 is before"),
    "a dimension that is none": (["--by", "agency", "--by", "ward"], "'ward' is none of agency, commune"),
    "a format that is none": (["--format", "pdf"], "pdf"),
    "a workbook on the screen": (["--format", "xlsx"], "--out FILE.xlsx"),
    "a picture that is none": (["--chart", "f.pdf"], "….svg or ….png"),
    "fewer than one": (["--smallest", "0"], "--smallest"),
    "a language that is none": (["--language", "fr"], "fr"),
    "a file that cannot be": (["--out", "nowhere/f.csv"], "nowhere/f.csv: No such file"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_told(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())
    assert {path.suffix for path in tmp_path.iterdir()} <= {".db", ".db-wal", ".db-shm"}


def test_nothing_yet(run: Run, tmp_path: Path) -> None:
    never = ("--since", "2020-01", "--until", "2020-02")
    assert run(*never) == (0, "no figures\n", "")
    code, out, err = run(*never, "--format", "json", "--chart", "f.png")
    assert (code, json.loads(out)["dossiers"]["total"]["followed"]) == (0, 0)
    assert err == "no figures\nno figures, no chart: f.png was not written\n"
    assert not (tmp_path / "f.png").exists()
    (total,) = read_csv(run(*never, "--format", "csv")[1].encode())
    assert (total["Theo dõi"], total["Tỷ lệ quá hạn"]) == ("0", "")


def test_the_documentation_names_every_column_and_dimension() -> None:
    page = (Path(__file__).parents[1] / "docs" / "indicators.md").read_text("utf-8")
    described = set(re.findall(r"`(\w+)`", page))
    assert {column.key for columns in (DOSSIERS, PICKUPS) for column in columns} | {*DIMENSIONS} <= described
