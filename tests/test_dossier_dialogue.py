"""Where a dossier is, when asked: its status, who has it, the day, what to do, and how old the answer is."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from bot.dialogue.dossiers.complaining import AGENCY, POST
from bot.dialogue.dossiers.holding import holder
from bot.dialogue.dossiers.timeline import MOST as STEPS
from bot.dialogue.events import Chose, Wrote
from bot.dialogue.states import (
    Memory,
)
from bot.dialogue.step import Follow
from bot.dialogue.world import Followed, Names
from bot.dossiers.dossier import Apology, Dossier, Doubt, Happening, Status
from bot.pickup import progress
from bot.texts.render import LANGUAGES, texts
from knowledge.tongue import Language
from tests.ordered import FIRST, an_order, keys, options, screen, the_world
from tests.tracked import (
    CODE,
    PAPER,
    REASON,
    SORRY,
    STATUSES,
    STEP,
    a_dossier,
    an_under,
    answer,
    asked_for,
    at,
    followed,
    found,
    proved,
    silent,
)

# the ten statuses, and one nobody knows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [status for status in STATUSES if status != "unknown"])
def test_a_status_is_told_in_plain_words_beside_the_official_ones(status: Status, language: str) -> None:
    shown = screen(answer(Wrote(CODE), found(a_dossier(status, official=None))), language)
    assert str(texts(language)[f"dossier.status_{status}"]) in shown
    assert str(texts("vi")[f"dossier.official_{status}"]) in shown
    own_words = screen(answer(Wrote(CODE), found(a_dossier(status, official="Đang chờ văn thư"))), language)
    assert "Đang chờ văn thư" in own_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_status_nobody_knows_is_said_as_the_system_writes_it(language: str) -> None:
    shown = screen(answer(Wrote(CODE), found(a_dossier("unknown", official="Chờ   thẩm\ntra 2"))), language)
    assert "“Chờ thẩm tra 2”" in shown
    step = answer(Wrote(CODE), found(a_dossier("unknown", official=None)))
    assert "dossier.no_status" in keys(*step.replies)


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_next_and_who_has_it_is_told(status: Status) -> None:
    told = keys(*answer(Wrote(CODE), found(a_dossier(status))).replies)
    assert f"dossier.next_{status}" in told
    has = {key for key in told if key.startswith("dossier.with_")} | ({"dossier.waiting_for_citizen"} & set(told))
    assert len(has) == (0 if status in ("rejected", "withdrawn", "stopped", "unknown") else 1)


# the day, kept or not

LATENESS = [
    (a_dossier(due=at("2026-11-25T17:00")), "còn 2 ngày làm việc"),  # Tuesday the 24th is a holiday
    (a_dossier(due=at("2026-11-21T17:00")), "là hôm nay"),
    (a_dossier(due=at("2026-11-18T17:00")), "đã quá hẹn 2 ngày làm việc"),
    (a_dossier(due=at("2026-11-20T17:00")), "đã quá hẹn"),  # only a Saturday since
    (a_dossier("done", finished=at("2026-11-19T10:00")), "có kết quả sớm 3 ngày làm việc"),
    (a_dossier("done", finished=at("2026-11-25T10:00")), "có kết quả đúng hẹn"),
    (
        a_dossier("returned", due=at("2026-11-18T17:00"), finished=at("2026-11-20T09:00")),
        "có kết quả trễ 2 ngày làm việc",
    ),
]


@pytest.mark.parametrize(("dossier", "words"), LATENESS, ids=[words for _, words in LATENESS])
def test_a_promised_day_is_told_with_whether_it_is_kept(dossier: Dossier, words: str) -> None:
    (line,) = [
        line for line in screen(answer(Wrote(CODE), found(dossier))).splitlines() if line.startswith("Ngày hẹn trả")
    ]
    assert line.endswith(f"— {words}")


@pytest.mark.parametrize("status", ["supplement", "payment", "unknown"])
def test_while_it_waits_nothing_is_said_to_be_late(status: Status) -> None:
    shown = screen(answer(Wrote(CODE), found(a_dossier(status, due=at("2026-11-10T17:00")))))
    assert "10/11/2026" in shown
    assert "quá hẹn" not in shown


def test_no_day_is_made_up_from_the_pickup() -> None:
    dossier = a_dossier(due=None)
    step = answer(Wrote(CODE), found(dossier), orders=[an_under()], dossiers=[followed(order=FIRST)])
    assert "dossier.no_due" in keys(*step.replies)
    clocks = an_order().clocks
    days = {day for span in (clocks.at_agency, clocks.result, clocks.home) if span for day in span}
    assert not any(f"{day:%d/%m/%Y}" in screen(step) for day in days)


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "stopped"])
def test_what_ended_without_a_result_has_no_day_to_wait_for(status: Status) -> None:
    assert "Ngày hẹn trả" not in screen(answer(Wrote(CODE), found(a_dossier(status))))


LATE = a_dossier(due=at("2026-11-18T17:00"))


def test_who_is_late_may_have_said_sorry() -> None:
    sorry = LATE.model_copy(update={"apology": Apology(due=at("2026-11-27T17:00"), reason=SORRY)})
    assert "hẹn lại: thứ Sáu 27/11/2026" in screen(answer(Wrote(CODE), found(sorry)))
    assert SORRY not in screen(answer(Wrote(CODE), found(sorry)))
    assert SORRY in screen(answer(Wrote(CODE), proved(sorry)))
    assert "dossier.not_sorry" in keys(*answer(Wrote(CODE), found(LATE)).replies)
    undated = LATE.model_copy(update={"apology": Apology(due=None)})
    assert "dossier.sorry" in keys(*answer(Wrote(CODE), found(undated)).replies)


@pytest.mark.parametrize(
    ("dossier", "offered"),
    [
        (LATE, True),
        (a_dossier(), False),
        (a_dossier("rejected"), True),
        (a_dossier("stopped"), True),
        (a_dossier("withdrawn"), False),
    ],
)
def test_how_to_complain_is_offered_where_there_is_a_reason(dossier: Dossier, offered: bool) -> None:
    assert (f"complainof:{CODE}" in options(*answer(Wrote(CODE), found(dossier)).replies)) is offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_cites_the_law_and_makes_up_no_limit(language: Language) -> None:
    faq, memory = the_world().faq.questions, Memory(language=language, ordered=True, follows=True)
    alone = screen(answer(Chose(f"complainof:{CODE}"), memory=memory), language)
    assert all(paragraph in alone for paragraph in faq[AGENCY].answer[language])
    assert all(source.document in alone for source in faq[AGENCY].sources)
    assert faq[POST].answer[language][0] not in alone
    linked = [followed(order=FIRST)]
    joined = answer(Chose(f"complainof:{CODE}"), orders=[an_under()], dossiers=linked, memory=memory)
    shown = screen(joined, language)
    assert all(text in shown for key in (AGENCY, POST) for text in faq[key].answer[language])
    assert "17/2017/TT-BTTTT" in shown
    assert f"dossier:{CODE}" in options(*joined.replies)


# what to do


def test_missing_papers_are_named_to_the_owner_and_fetched_by_a_postman() -> None:
    step = answer(Wrote(CODE), proved(a_dossier("supplement", papers=(PAPER, *(f"Giấy {n}" for n in range(9))))))
    shown = screen(step)
    assert PAPER in shown
    assert REASON in shown
    assert "Hạn bổ sung: thứ Hai 30/11/2026" in shown
    assert "và 2 giấy nữa" in shown
    assert options(*step.replies)[0] == "book:1.001193"


def test_no_postman_is_offered_for_what_cannot_be_sent() -> None:
    world = the_world()
    code = next(code for code in sorted(world.catalog) if world.catalog[code].postal.send.possible is False)
    step = answer(Wrote(CODE), proved(a_dossier("supplement", procedure=code)))
    assert not [option for option in options(*step.replies) if option.startswith("book:")]


def test_a_list_and_a_limit_the_system_does_not_tell_are_not_made_up() -> None:
    told = keys(*answer(Wrote(CODE), proved(a_dossier("supplement", papers=(), supply_by=None, reason=None))).replies)
    assert {"dossier.no_papers", "dossier.no_supply_by"} <= set(told)
    assert "dossier.no_fee" in keys(*answer(Wrote(CODE), proved(a_dossier("payment", fee=None))).replies)
    assert "dossier.no_fee" in keys(*answer(Wrote(CODE), proved(a_dossier("payment", fee=Decimal(0)))).replies)
    assert "dossier.no_reason" in keys(*answer(Wrote(CODE), proved(a_dossier("rejected", reason=None))).replies)


@pytest.mark.parametrize("is_proved", [True, False])
def test_money_is_paid_at_the_portal_or_the_desk_only(is_proved: bool) -> None:
    step = answer(Wrote(CODE), found(a_dossier("payment"), proved=is_proved))
    assert {"dossier.pay_how", "dossier.pay_never"} <= set(keys(*step.replies))
    assert ("123.456 đ" in screen(step)) is is_proved


def test_a_refusal_leads_on_to_the_procedure() -> None:
    step = answer(Wrote(CODE), proved(a_dossier("rejected")))
    assert f"Cơ quan ghi: {REASON}" in screen(step)
    assert {"show:1.001193", f"complainof:{CODE}", "person"} <= set(options(*step.replies))


# the two legs


def test_both_legs_stand_in_one_row_by_their_time() -> None:
    step = answer(Wrote(CODE), proved(), orders=[an_under()], dossiers=[followed(order=FIRST)])
    shown = screen(step).splitlines()
    row = shown[shown.index("Đã qua các bước") + 1 : -1]
    assert row == [
        "20/11/2026, bưu điện: Bưu điện đã nhận lịch hẹn",
        "20/11/2026, bưu điện: Bưu tá đã lấy hồ sơ",
        "20/11/2026, bưu điện: Cơ quan đã ký nhận hồ sơ",
        "20/11/2026, cơ quan: Tiếp nhận hồ sơ",
        f"20/11/2026, cơ quan: {STEP} — Phòng Tư pháp",
    ]
    assert f"order:{FIRST}" in options(*step.replies)


def test_without_the_pickup_only_the_agency_tells() -> None:
    assert "bưu điện:" not in screen(answer(Wrote(CODE), proved(), orders=[an_under()]))


def test_a_step_without_a_day_stays_where_it_was_told() -> None:
    steps = (
        Happening(at=at("2026-11-21T08:00"), words="một"),
        Happening(at=None, words="hai"),
        Happening(at=at("2026-11-20T10:00"), words="ba"),
    )
    shown = screen(answer(Wrote(CODE), proved(a_dossier(received=None, steps=steps)))).splitlines()
    row = [line.split()[-1] for line in shown if "cơ quan:" in line]
    assert row == ["ba", "một", "hai"]


def test_a_long_record_shows_its_latest_steps() -> None:
    steps = tuple(Happening(at=at(f"2026-11-{day:02}T08:00"), words=f"bước {day}") for day in range(1, 21))
    shown = screen(answer(Wrote(CODE), proved(a_dossier(received=None, steps=steps))))
    assert "bước 20" in shown
    assert f"và {20 - STEPS} bước trước đó" in shown
    assert "bước 12\n" not in shown


HOLDERS: list[tuple[Status, progress.Status | None, str | None]] = [
    ("registered", None, "agency"),
    ("registered", "collected", "post"),
    ("processing", "collected", "agency"),  # the agency's system was quicker than the post's
    ("supplement", "handed_over", "waiting"),
    ("done", "handed_over", "agency"),
    ("done", "result_on_the_way", "post"),
    ("returned", "handed_over", "post"),  # given to the postman
    ("returned", "delivery_failed", "post"),
    ("returned", "delivered", "citizen"),
    ("done", "returned", "agency"),  # could not be delivered
    ("returned", None, "citizen"),
    ("stopped", None, None),
]


@pytest.mark.parametrize(("status", "leg", "expected"), HOLDERS)
def test_who_has_it_follows_whoever_knows_best(
    status: Status, leg: progress.Status | None, expected: str | None
) -> None:
    assert holder(a_dossier(status), an_under(leg) if leg else None) == expected


def test_a_result_comes_home_or_is_fetched_as_it_was_ordered() -> None:
    done = found(a_dossier("done"))
    home, fetched = an_under(), an_under(back=None)
    linked = [followed(order=FIRST)]
    assert "dossier.next_done_by_post" in keys(*answer(Wrote(CODE), done, orders=[home], dossiers=linked).replies)
    assert "dossier.next_done_fetched" in keys(*answer(Wrote(CODE), done, orders=[fetched], dossiers=linked).replies)
    assert "dossier.next_done" in keys(*answer(Wrote(CODE), done).replies)


# honest about the answer


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-21T11:05", "11:05 hôm nay"),
        ("2026-11-20T09:30", "9:30 hôm qua"),
        ("2026-11-02T08:00", "8:00 ngày 02/11/2026"),
    ],
)
def test_which_system_answered_and_when_is_told(moment: str, words: str) -> None:
    shown = screen(answer(Wrote(CODE), found(as_of=at(moment))))
    assert f"Một cửa tỉnh Lạng Sơn trả lời lúc {words}." in shown


def test_the_hour_is_told_as_it_is_here() -> None:
    utc = datetime.fromisoformat("2026-11-21T03:05:00+00:00")
    assert "10:05 hôm nay" in screen(answer(Wrote(CODE), found(as_of=utc)))


@pytest.mark.parametrize("trial", ["the system's", "the pickup's"])
def test_a_trial_is_called_one(trial: str) -> None:
    orders, looked = [an_under(trial=trial == "the pickup's")], found(trial=trial == "the system's")
    step = answer(Wrote(CODE), looked, orders=orders, dossiers=[followed(order=FIRST)])
    assert "dossier.trial" in keys(*step.replies)
    assert "dossier.trial" not in keys(*answer(Wrote(CODE), found()).replies)


@pytest.mark.parametrize("doubt", get_args(Doubt))
def test_what_cannot_be_right_is_told_and_not_shown(doubt: Doubt) -> None:
    assert f"dossier.doubt_{doubt}" in keys(*answer(Wrote(CODE), found(a_dossier(doubts=(doubt,)))).replies)


def test_while_a_system_is_down_the_last_that_is_known_is_told_with_its_time() -> None:
    step = answer(Wrote(CODE), found(outcome="down", as_of=at("2026-11-20T09:30")))
    assert screen(step).splitlines()[0] == str(texts("vi")["dossier.last_known"])
    assert "9:30 hôm qua" in screen(step)
    assert f"once:{CODE}" in options(*step.replies)
    assert f"once:{CODE}" not in options(*answer(Wrote(CODE), found(outcome="down"), dossiers=[followed()]).replies)


def test_while_a_system_is_down_nobody_has_to_ask_again() -> None:
    step = answer(Wrote(CODE), silent("down"))
    assert f"once:{CODE}" in options(*step.replies)
    waiting = answer(Chose(f"once:{CODE}"), silent("down"))
    assert waiting.commands == (Follow(CODE, once=True),)
    assert waiting.memory is not None
    assert waiting.memory.follows
    again = answer(Wrote(CODE), silent("down"), dossiers=[Followed(CODE, None, None, once=True)])
    assert f"once:{CODE}" not in options(*again.replies)
    assert "dossier.awaited" in keys(*again.replies)


def test_a_system_that_answers_again_by_then_is_told_at_once() -> None:
    step = answer(Chose(f"once:{CODE}"), found())
    assert step.commands == ()
    assert {"follow.answers_now", "dossier.title"} <= set(keys(*step.replies))


def test_a_dossier_of_another_system_is_looked_up_on_its_page() -> None:
    step = answer(
        Wrote(CODE),
        silent(
            "elsewhere", system=Names("Hệ thống Bộ Tư pháp", "System of Justice"), page="https://moj.example/tra-cuu"
        ),
    )
    links = [line.link for reply in step.replies for line in reply.lines]
    assert "https://moj.example/tra-cuu" in links
    assert f"gõ mã {CODE}" in screen(step)
    unknown = answer(Wrote(CODE), silent("elsewhere"))
    assert {"dossier.code", "dossier.where"} <= set(keys(*unknown.replies))


def test_a_dossier_that_is_not_there_may_be_new_or_mistyped() -> None:
    step = answer(Wrote(CODE), silent("not_there"))
    assert {"dossier.maybe_mistyped", "dossier.maybe_new", "dossier.maybe_elsewhere"} <= set(keys(*step.replies))
    assert f"follow:{CODE}" in options(*step.replies)
    wait = answer(Chose(f"follow:{CODE}"), silent("not_there"))
    assert wait.commands == (Follow(CODE),)
    assert "follow.not_there_yet" in keys(*wait.replies)


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=30), "1 phút"),
        (timedelta(minutes=7, seconds=3), "8 phút"),
        (timedelta(hours=1, minutes=1), "2 giờ"),
        (None, "một lúc"),
    ],
)
def test_who_asked_too_often_is_told_how_long_to_wait(wait: timedelta | None, words: str) -> None:
    assert f"thử lại sau {words}" in screen(answer(Wrote(CODE), silent("too_many", wait=wait)))


DOUBTFUL = ["H37.20-261122-0001", "H37.20-261341-0001", "H37.20-20271121-0092637"]


@pytest.mark.parametrize("code", DOUBTFUL)
def test_a_code_that_cannot_be_is_not_sent_to_a_system(code: str) -> None:
    assert asked_for(Wrote(code)) is None
    for verb in ("dossier", "follow", "once", "prove", "complainof"):
        assert asked_for(Chose(f"{verb}:{code}")) is None
        assert "dossier.doubtful" in keys(*answer(Chose(f"{verb}:{code}")).replies)
