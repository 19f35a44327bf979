"""What is news of a dossier: case by case; and each change once, in order, whatever comes late, twice, or in part."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dossiers.changes import Change, changes, merged, warnings
from bot.dossiers.dossier import ENDED, Apology, Dossier, Happening, Status
from bot.dossiers.lateness import VIETNAM
from bot.dossiers.merging import PLACE, SOLVED
from knowledge.calendar import load_calendar

CALENDAR = load_calendar()
CODE = "H37.12-261110-0007"
STATUSES: tuple[Status, ...] = get_args(Status)


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=VIETNAM)


def a_dossier(status: Status, *days: int, **more: object) -> Dossier:
    """`days` of November on which its record has a step."""
    steps = tuple(Happening(at=at(day), words="…") for day in days)
    return Dossier.model_validate({"code": CODE, "system": "s", "status": status, "steps": steps} | more)


def kinds(before: Dossier | None, after: Dossier) -> list[str]:
    return [change.kind for change in changes(before, after)]


def replay(answers: Sequence[Dossier], known: Dossier | None = None) -> list[Change]:
    """As the keeper does it, without looking at the keys it told."""
    told: list[Change] = []
    for answer in answers:
        told += changes(known, answer)
        known = merged(known, answer)
    return told


def test_every_status_has_its_place() -> None:
    assert set(PLACE) == set(STATUSES) - {"unknown"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "registered", []),
        (None, "processing", ["processing"]),
        *((None, status, [status]) for status in STATUSES if status not in ("registered", "processing", "unknown")),
        ("registered", "received", ["received"]),
        ("registered", "processing", ["processing"]),  # the first sign of life
        ("received", "processing", []),
        ("processing", "received", []),  # of before
        ("processing", "registered", []),
        ("registered", "supplement", ["supplement"]),
        ("processing", "supplement", ["supplement"]),
        ("supplement", "payment", ["payment"]),
        ("payment", "supplement", ["supplement"]),
        ("supplement", "processing", ["resumed"]),
        ("payment", "processing", ["resumed"]),
        ("supplement", "received", ["received"]),  # asked for before the dossier was taken
        ("supplement", "registered", []),
        ("processing", "done", ["done"]),
        ("registered", "done", ["done"]),  # what came in between was missed
        ("done", "processing", []),
        ("done", "supplement", []),
        ("done", "registered", []),
        ("done", "returned", ["returned"]),
        ("returned", "done", []),
        ("rejected", "processing", []),
        ("processing", "rejected", ["rejected"]),
        ("processing", "stopped", ["stopped"]),
        ("processing", "withdrawn", ["withdrawn"]),
        ("stopped", "processing", []),
        *((status, status, []) for status in STATUSES),
    ],
)
def test_what_a_status_makes_news_without_dates(before: Status | None, after: Status, told: list[str]) -> None:
    assert kinds(a_dossier(before) if before else None, a_dossier(after)) == told


@pytest.mark.parametrize("status", ["received", "supplement", "done", "stopped", "returned"])
def test_an_older_record_is_neither_told_nor_kept(status: Status) -> None:
    known = a_dossier(status, 16, 20, due=at(27))
    old = a_dossier("processing", 16, due=at(25), title="Cấp đổi")
    if PLACE[status] >= PLACE["processing"]:
        assert changes(known, old) == ()
        assert merged(known, old) == known
    assert changes(known, a_dossier(status, 16, due=at(25))) == ()


@pytest.mark.parametrize("status", ["done", "returned", "stopped", "rejected"])
def test_what_was_over_goes_on_when_the_record_has_a_later_step(status: Status) -> None:
    known = a_dossier(status, 20, finished=at(20), reason="…")
    again = a_dossier("processing", 20, 23)
    assert kinds(known, again) == ["reopened"]
    kept = merged(known, again)
    assert kept.status == "processing"
    assert kept.reason is None
    assert (kept.finished is None) == (status in SOLVED)
    first, second = changes(None, a_dossier("done", 20)), changes(kept, a_dossier("done", 20, 24, finished=at(24)))
    assert second[0].kind == "done"
    assert second[0].key != first[0].key
    assert changes(kept, a_dossier("done", 20)) == (), "the first end, told late"


def test_each_round_of_a_supplement_is_news_with_a_key_of_its_own() -> None:
    way: list[Status] = ["received", "supplement", "processing", "supplement", "processing", "done"]
    told = replay([a_dossier(status) for status in way])
    assert [change.kind for change in told] == ["received", "supplement", "resumed", "supplement", "resumed", "done"]
    assert len({change.key for change in told}) == len(told)


def test_other_papers_or_another_sum_are_asked_anew() -> None:
    asked = a_dossier("supplement", papers=("Giấy A", "Giấy B"))
    assert kinds(asked, a_dossier("supplement", papers=("Giấy B", "Giấy A"))) == []
    assert kinds(asked, a_dossier("supplement")) == []
    more = a_dossier("supplement", papers=("Giấy C",))
    assert kinds(asked, more) == ["supplement"]
    assert changes(asked, more)[0].key != changes(None, asked)[0].key
    assert kinds(a_dossier("payment", fee=Decimal(8000)), a_dossier("payment", fee=Decimal(9000))) == ["payment"]
    assert kinds(a_dossier("payment"), a_dossier("payment", fee=Decimal(9000))) == []


def test_words_nobody_knows_yet_are_told_once_and_forget_nothing() -> None:
    known = a_dossier("processing", due=at(25), title="Cấp đổi")
    strange = a_dossier("unknown", official="Chờ ký số")
    other = a_dossier("unknown", official="Liên thông thuế")
    assert [change.kind for change in replay([known, strange, strange, other])] == ["processing", "unknown", "unknown"]
    assert len({change.key for change in replay([strange, known, strange])}) == 1, "the same words, the same key"
    assert "Chờ" not in changes(known, strange)[0].key
    kept = merged(known, strange)
    assert (kept.status, kept.official, kept.due, kept.title) == ("unknown", "Chờ ký số", at(25), "Cấp đổi")
    assert changes(kept, a_dossier("processing")) == ()


def test_a_status_that_cannot_be_read_at_all_changes_nothing() -> None:
    known = a_dossier("supplement", papers=("Giấy A",), official="Yêu cầu bổ sung")
    unread = a_dossier("unknown", doubts=("status",))
    assert changes(known, unread) == ()
    assert merged(known, unread) == known
    assert changes(None, unread) == ()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"due": at(25)}, {"due": at(30)}, ["later:2026-11-30"]),
        ({"due": at(25)}, {"due": at(23)}, ["earlier:2026-11-23"]),
        ({"due": at(25)}, {"due": at(25) + timedelta(hours=7)}, []),  # another hour of the same day
        ({"due": at(25)}, {}, []),
        ({}, {"due": at(25)}, []),
        ({"due": at(25)}, {"doubts": ("due",)}, []),
        ({"due": at(25)}, {"due": at(30), "apology": Apology(due=at(30))}, ["apology:2026-11-30"]),
        ({"due": at(25)}, {"due": at(25), "apology": Apology(due=None)}, ["apology:None"]),
        ({"due": at(25), "apology": Apology(due=at(30))}, {"due": at(30), "apology": Apology(due=at(30))}, []),
        ({"due": at(25), "apology": Apology(due=at(27))}, {"apology": Apology(due=at(30))}, ["apology:2026-11-30"]),
        ({"due": at(25), "apology": Apology(due=at(27))}, {}, []),
    ],
)
def test_another_day_is_told_with_what_is_said_of_it(
    before: dict[str, object], after: dict[str, object], told: list[str]
) -> None:
    found = changes(a_dossier("processing", **before), a_dossier("processing", **after))
    assert [change.key for change in found] == told
    assert all(change.was == date(2026, 11, 25) for change in found)


def test_a_new_status_names_the_day_itself_and_an_end_has_none() -> None:
    known = a_dossier("supplement", due=at(25), received=at(10))
    assert kinds(known, a_dossier("processing", due=at(30))) == ["resumed"]
    assert kinds(known, a_dossier("processing", apology=Apology(due=at(30)))) == ["resumed", "apology"]
    assert kinds(known, a_dossier("done", due=at(30), apology=Apology(due=at(30)))) == ["done"]
    assert kinds(a_dossier("received", due=at(25)), a_dossier("processing", due=at(30))) == ["later"]


def test_a_key_tells_nothing_of_whom_or_which() -> None:
    secret = a_dossier(
        "supplement", 20, due=at(25), papers=("Giấy khai sinh của Lan",), reason="Bà Lan thiếu giấy", title="Cấp đổi"
    )
    for known in (None, a_dossier("processing", due=at(20))):
        for change in changes(known, secret):
            assert not any(word in change.key for word in (CODE, "0007", "Lan", "Cấp"))


# --- whatever comes, however often -----------------------------------------------------------------------------------

NEXT: dict[Status, list[Status]] = {
    "registered": ["received", "supplement", "rejected"],
    "received": ["processing", "payment"],
    "processing": ["supplement", "payment", "stopped", "withdrawn", "done"],
    "supplement": ["processing"],
    "payment": ["processing"],
    "done": ["returned"],
}
TITLE, AGENCY, RECEIVED = "Cấp đổi giấy phép", "UBND phường Đông Kinh", at(10)


@st.composite
def journeys(draw: st.DrawFn, dated: bool = True) -> list[Dossier]:
    """What the system truly says, one after the other; the record grows by a step each time, if it has dates."""
    status: Status = draw(st.sampled_from(["registered", "received", "processing"]))
    days, due, sorry = 0, at(25), None
    way: list[Dossier] = []
    for number in range(draw(st.integers(1, 12))):
        steps = tuple(
            Happening(at=RECEIVED + timedelta(hours=n) if dated else None, words=f"{n}") for n in range(number + 1)
        )
        told = {"due": due, "apology": sorry, "title": TITLE, "agency": AGENCY, "received": RECEIVED}
        way.append(a_dossier(status, **{**told, "steps": steps}))
        if status in ENDED:
            break
        if status in ("received", "processing") and draw(st.booleans()):
            days += draw(st.integers(1, 9))
            due, sorry = at(25) + timedelta(days=days), draw(st.sampled_from([sorry, Apology(due=due)]))
        else:
            status = draw(st.sampled_from(NEXT[status]))
    return way


def expected(way: Sequence[Dossier]) -> list[str]:
    """The kinds of status alone, told of a faithful record by the shortest rule."""
    told, before = [], None
    for dossier in way:
        now = dossier.status
        if now != before:
            if before in ("supplement", "payment") and now == "processing":
                told.append("resumed")
            elif now != "registered" and (now != "processing" or before in (None, "registered")):
                told.append(now)
        before = now
    return told


@given(journeys() | journeys(dated=False))
def test_every_change_of_a_journey_is_told_once_and_in_order(way: list[Dossier]) -> None:
    told = replay(way)
    assert [change.kind for change in told if change.kind not in ("later", "apology")] == expected(way)
    assert len({change.key for change in told}) == len(told)
    last = way[-1]
    if last.status not in ENDED | SOLVED:
        days = [c.key.split(":")[1] for c in told if c.kind in ("later", "apology")]
        assert days == sorted(days)


@given(journeys(), st.data())
def test_answers_told_again_and_late_change_nothing(way: list[Dossier], data: st.DataObject) -> None:
    """Each is repeated, and old ones come between, as from a copy that lags behind."""
    answers: list[Dossier] = []
    for place, answer in enumerate(way):
        answers += [answer] * data.draw(st.integers(1, 3))
        answers += data.draw(st.lists(st.sampled_from(way[: place + 1]), max_size=3))
    assert replay(answers) == replay(way)


@given(journeys(dated=False), st.integers(1, 3))
def test_without_dates_what_is_repeated_changes_nothing(way: list[Dossier], times: int) -> None:
    assert replay([answer for answer in way for _ in range(times)]) == replay(way)


@given(journeys(), st.integers(0, 12))
def test_a_restart_between_two_answers_loses_and_doubles_nothing(way: list[Dossier], stop: int) -> None:
    """What is known is read back from its JSON; the answer that was being handled comes again."""
    before, again = way[:stop], way[max(stop - 1, 0) :]
    known: Dossier | None = None
    for answer in before:
        known = merged(known, answer)
    known = Dossier.model_validate_json(known.model_dump_json()) if known else None
    assert [*replay(before), *replay(again, known)] == replay(way)


EMPTY = st.sets(st.sampled_from(["title", "agency", "received", "due", "apology"]))


@given(st.lists(st.tuples(st.sampled_from(STATUSES), EMPTY), min_size=2, max_size=8), st.booleans())
def test_merged_is_idempotent_and_nothing_known_gets_lost(answers: list[tuple[Status, set[str]]], dated: bool) -> None:
    """Whatever a system says, in any order and with any gaps."""
    full = {"title": TITLE, "agency": AGENCY, "received": RECEIVED, "due": at(25), "apology": Apology(due=at(30))}
    known: Dossier | None = None
    ever: set[str] = set()
    for number, (status, gaps) in enumerate(answers):
        told = {name: value for name, value in full.items() if name not in gaps}
        answer = a_dossier(status, *([number + 1] if dated else []), **told, official=f"w{number % 3}")
        once = merged(known, answer)
        assert merged(known, once) == once
        assert merged(once, answer) == once
        assert merged(once, once) == once
        assert changes(known, answer) == changes(known, once)
        assert changes(once, answer) == changes(once, once) == ()
        if once != known:
            ever |= set(told)
        assert all(getattr(once, name) is not None for name in ever)
        known = once


def test_a_doubt_yields_to_what_was_known_and_stays_where_nothing_was() -> None:
    doubtful = a_dossier("processing", doubts=("due_before_received", "finished", "code"))
    assert merged(a_dossier("processing", due=at(25)), doubtful).doubts == ("finished", "code")
    assert merged(None, doubtful).doubts == doubtful.doubts


def test_a_system_counts_no_rounds() -> None:
    assert merged(None, a_dossier("supplement", rounds=7)).rounds == 0
    assert merged(a_dossier("processing", rounds=1), a_dossier("supplement", rounds=7)).rounds == 2


# --- nothing happened, and the citizen should know -------------------------------------------------------------------


def warned(dossier: Dossier, day: int, month: int = 11, since: date | None = None) -> list[str]:
    return [change.key for change in warnings(dossier, date(2026, month, day), CALENDAR, since)]


def test_the_eve_is_the_last_working_day_before() -> None:
    due = a_dossier("processing", due=at(25))  # a Wednesday after a holiday
    assert [day for day in range(16, 26) if warned(due, day) == ["due_tomorrow:2026-11-25"]] == [23, 24]
    monday = a_dossier("received", due=at(30))
    assert [day for day in range(23, 31) if warned(monday, day)] == [27, 28, 29]


def test_what_was_promised_just_now_is_not_warned_of() -> None:
    assert warned(a_dossier("received", received=at(23), due=at(25)), 23) == []
    assert warned(a_dossier("received", received=at(20), due=at(25)), 23) != []


def test_overdue_from_the_first_working_day_after_for_some_days() -> None:
    friday = a_dossier("processing", due=at(20))
    assert warned(friday, 20) == warned(friday, 22) == []
    assert warned(friday, 23) == ["overdue:2026-11-20"]
    assert [day for day in range(23, 31) if warned(friday, day)] == [*range(23, 31)]  # 23, 25, 26, 27, 30 are worked
    assert warned(friday, 1, 12) == []
    sorry = a_dossier("processing", due=at(20), apology=Apology(due=at(25)))
    assert warned(sorry, 26) == ["overdue:2026-11-25"]
    assert warned(sorry, 23) == ["due_tomorrow:2026-11-25"]
    assert warned(a_dossier("processing", due=at(20), apology=Apology(due=None)), 23) == ["overdue:2026-11-20"]


@pytest.mark.parametrize("status", [s for s in STATUSES if s not in ("registered", "received", "processing")])
def test_no_promise_is_overdue_while_the_citizen_is_waited_for_or_it_is_over(status: Status) -> None:
    assert all(warned(a_dossier(status, due=at(20)), day) == [] for day in range(16, 31))


def test_a_request_is_told_again_after_three_working_days_and_before_its_day() -> None:
    asked = a_dossier("supplement", 18)
    assert warned(asked, 20) == []
    assert warned(asked, 23) == warned(asked, 27) == ["supplement_waiting:0"]
    assert warned(asked, 23, since=date(2026, 11, 20)) == [], "three days after it was told"
    assert warned(asked, 26, since=date(2026, 11, 20)) == ["supplement_waiting:0"]
    by = a_dossier("supplement", 18, supply_by=at(20))
    assert [day for day in range(16, 31) if warned(by, day)] == [19, 20]
    assert warned(a_dossier("supplement", 18, supply_by=at(19)), 18) == [], "asked today"
    assert warned(a_dossier("supplement", supply_by=at(25)), 23) == ["supplement_waiting:0"]
    assert warned(a_dossier("supplement"), 23) == []
    assert warned(a_dossier("processing", 18), 23) == []


def test_beyond_the_calendar_nothing_is_warned_of() -> None:
    far = datetime(2041, 1, 1, tzinfo=UTC)
    assert warnings(a_dossier("processing", due=far), date(2026, 11, 23), CALENDAR) == ()
    assert warnings(a_dossier("processing", due=at(25)), date(2041, 1, 1), CALENDAR) == ()
    assert warnings(a_dossier("supplement", supply_by=far), date(2026, 11, 23), CALENDAR) == ()


@given(journeys(), st.integers(0, 40))
def test_a_warning_has_one_key_a_promise(way: list[Dossier], day: int) -> None:
    today = date(2026, 11, 16) + timedelta(days=day)
    for dossier in way:
        found = warnings(dossier, today, CALENDAR)
        assert found == warnings(dossier, today, CALENDAR)
        assert len({change.key for change in found}) == len(found) <= 1
