"""The calendar entry: read back by a parser, and line by line as RFC 5545 wants it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Alarm, Calendar, Event

from bot.papers.calendar_entry import calendar_entry, file_name
from bot.pickup.order import Address, Agency, Order, PaperLine, Person, Visit
from knowledge.clocks import Clocks
from knowledge.quote import Quote, StateFee
from procedures_catalog.models import Source

MORNING, AFTERNOON = (time(8), time(11)), (time(13), time(17))
ORDERED = datetime.combine(date(2026, 11, 22), time(9, 5))  # in Viet Nam, without its zone
SOURCE = Source(document="TT 17/2017/TT-BTTTT", as_of=date(2026, 11, 21))
PAPERS = ("Tờ khai; bản chính, có chữ ký", "Giấy chứng sinh\\hoặc giấy thay thế", "Giấy tờ nơi cư trú " + "ằẵỗợ" * 60)

ORDER = Order(
    number="ND261122-4F7KQ2",
    chat="telegram:1",
    language="vi",
    procedure="1.001193",
    procedure_name="Đăng ký khai sinh",
    agency=Agency(name="UBND phường Đông Kinh", level="commune", province="20", commune="05977"),
    sender=Person(name="Nguyễn Thị Bé Ngoãn", phone="+84912345678"),
    address=Address(commune="05977", street="Số 12; ngõ 3, đường Trần Phú\nBEGIN:VALARM"),
    visit=Visit(day=date(2026, 11, 25), shift="morning"),
    papers=tuple(PaperLine(name=name, form="original", count=1, ready=False) for name in PAPERS),
    back=None,
    grams=None,
    exemption=None,
    forward_fee=False,
    note="Số cửa 4711",
    quote=Quote(lines=(), percent_off=0, grams=100, state_fee=StateFee(low=None, high=None)),
    clocks=Clocks(pickup=date(2026, 11, 25), at_agency=None, result=None, home=None, source=SOURCE),
    consent="2026-11-22",
    trial=False,
    ordered_at=ORDERED,
)


def order(**changes: object) -> Order:
    return Order.model_validate({**ORDER.model_dump(), **changes})


def made(
    wanted: Order = ORDER,
    now: datetime = ORDERED,
    hours: tuple[time, time] = MORNING,
    *,
    cancelled: bool = False,
) -> bytes:
    return calendar_entry(
        wanted, {"05977": "phường Đông Kinh, tỉnh Lạng Sơn"}.__getitem__, now, hours, cancelled=cancelled
    )


def event_of(entry: bytes) -> Event:
    (event,) = Calendar.from_ical(entry).walk("VEVENT")
    return event


def unfolded(entry: bytes) -> list[str]:
    return entry.decode().replace("\r\n ", "").split("\r\n")


def test_the_visit_stands_at_its_hours_in_viet_nam() -> None:
    event = event_of(made())
    assert event.start == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert event.end == datetime(2026, 11, 25, 4, tzinfo=UTC)
    assert "DTSTART:20261125T010000Z" in unfolded(made())  # needs no VTIMEZONE beside it
    assert event["UID"] == "ND261122-4F7KQ2@noidai"
    assert event["SUMMARY"] == "Bưu tá đến lấy hồ sơ"
    assert event["STATUS"] == "CONFIRMED"


def test_lines_are_as_the_standard_wants_them() -> None:
    """RFC 5545 §3.1: CRLF, at most 75 octets, no letter torn apart by the fold."""
    entry = made()
    assert entry.endswith(b"END:VCALENDAR\r\n")
    lines = entry.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    assert unfolded(entry)[:4] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Noi Dai//Pickup//VI", "METHOD:PUBLISH"]


def test_what_a_citizen_wrote_cannot_break_out_of_its_line() -> None:
    lines = unfolded(made())
    assert [line for line in lines if line.startswith("BEGIN:")] == ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VALARM"]
    assert r"LOCATION:Số 12\; ngõ 3\, đường Trần Phú\nBEGIN:VALARM\, phường Đông Kinh\, tỉnh Lạng Sơn" in lines


def test_the_papers_to_have_ready_are_listed_whole() -> None:
    described = str(event_of(made())["DESCRIPTION"])
    assert all(f"\n– {name}\n" in described for name in PAPERS)
    assert "Đăng ký khai sinh" in described
    assert "1900 54 54 81" in described
    assert "Giấy tờ cần có sẵn" not in str(event_of(made(order(papers=())))["DESCRIPTION"])


@pytest.mark.parametrize("hours", [MORNING, AFTERNOON])
def test_the_alarm_rings_the_evening_before(hours: tuple[time, time]) -> None:
    event = event_of(made(hours=hours))
    (alarm,) = (part for part in event.subcomponents if isinstance(part, Alarm))
    assert event.start + alarm.TRIGGER == datetime(2026, 11, 24, 12, tzinfo=UTC)  # 19:00 in Viet Nam
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["DESCRIPTION"]


def test_an_entry_made_later_replaces_the_earlier_one() -> None:
    first = event_of(made())
    moved = order(visit=Visit(day=date(2026, 11, 27), shift="afternoon"))
    second = event_of(made(moved, ORDERED + timedelta(hours=2), AFTERNOON))
    assert first["UID"] == second["UID"]
    assert 0 == first["SEQUENCE"] < second["SEQUENCE"] < 2**31
    assert second.start == datetime(2026, 11, 27, 6, tzinfo=UTC)
    assert first["DTSTAMP"].dt < second["DTSTAMP"].dt


def test_a_cancelled_visit_is_taken_out_and_rings_no_more() -> None:
    entry = made(now=ORDERED + timedelta(days=1), cancelled=True)
    event = event_of(entry)
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == event_of(made())["UID"]
    assert event["SEQUENCE"] > event_of(made())["SEQUENCE"]
    assert event.subcomponents == []
    assert "METHOD:PUBLISH" in unfolded(entry)


def test_no_name_phone_or_note_goes_into_other_firms_calendars() -> None:
    text = "".join(unfolded(made()))
    assert not any(secret in text for secret in ("Nguyễn", "Ngoãn", "912345678", "912 345 678", "4711", "telegram"))
    assert file_name(ORDER.number) == "hen-buu-ta-ND261122-4F7KQ2.ics"


def test_a_trial_says_so_in_the_title() -> None:
    assert event_of(made(order(trial=True)))["SUMMARY"] == "THỬ: Bưu tá đến lấy hồ sơ"


def test_it_speaks_the_citizen_s_language() -> None:
    event = event_of(made(order(language="en")))
    assert event["SUMMARY"] == "The postman collects the dossier"
    assert "Papers to have ready:" in event["DESCRIPTION"]


def test_moments_with_a_zone_and_without_are_the_same() -> None:
    assert made(now=ORDERED) == made(
        order(ordered_at=datetime(2026, 11, 22, 2, 5, tzinfo=UTC)), now=datetime(2026, 11, 22, 2, 5, tzinfo=UTC)
    )
