"""What a citizen is told without asking: complete in itself, with a way on, in the language of the order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

import pytest

from bot.dialogue import notices
from bot.dialogue.events import Chose
from bot.dialogue.step import MoveOrder, Reply
from bot.dialogue.ways import LONGEST
from bot.pickup.order import Address, Order, Person, Return, Visit
from bot.pickup.progress import News, Status
from bot.texts.render import LANGUAGES
from tests.ordered import BEFORE, FIRST, NOW, VISIT, an_order, answer, changes, keys, options, screen, the_world, under

STATUSES: tuple[Status, ...] = get_args(Status)
TOLD = tuple(status for status in STATUSES if status != "kept")
SECRETS = ("912345678", "0912 345 678", "+84912345678")


def told(status: Status, order: Order | None = None, **more: object) -> Reply:
    order = order or an_order()
    news = News(order=order.number, key="1", status=status, at=BEFORE, **more)  # type: ignore[arg-type]
    reply = notices.notice(order, news, status, the_world().post.visits, NOW)
    assert reply
    return reply


@dataclass(frozen=True)
class Case:
    name: str
    reply: Reply


def every_notice(order: Order) -> list[Case]:
    visits = the_world().post.visits
    return [
        *(Case(status, told(status, order, reason="Không có người ở nhà")) for status in TOLD),
        Case("moved", notices.moved(order)),
        Case("not moved", notices.not_moved(order, "Hết chỗ")),
        Case("stays", notices.stays(order, None)),
        Case("delayed", notices.delayed(order)),
        Case("given up", notices.given_up(order)),
        Case("reminder", notices.reminder(order, visits)),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trial", [True, False])
def test_each_says_which_order_what_for_and_how_to_go_on(language: str, trial: bool) -> None:
    titles = set()
    for case in every_notice(an_order(language=language, trial=trial)):  # type: ignore[arg-type]
        shown = screen(case.reply, language)
        first, *_ = shown.splitlines()
        assert FIRST in first, case.name
        assert case.reply.lines[0].kind == "title"
        assert "Đăng ký khai sinh" in shown, case.name
        assert ("order.trial" in keys(case.reply)) == trial, case.name
        assert case.reply.buttons, case.name
        assert all(len(option.encode()) <= LONGEST for option in options(case.reply))
        assert not any(secret in shown for secret in SECRETS), case.name
        titles.add(first)
    assert len(titles) == len(every_notice(an_order())), "no two of them look alike"


@pytest.mark.parametrize("status", TOLD)
def test_every_button_of_a_notice_works_days_later(status: Status) -> None:
    for option in options(told(status)):
        step = answer(Chose(option), under(status))
        assert "button.old" not in keys(*step.replies), option


def test_what_matters_to_nobody_or_is_left_behind_is_not_told() -> None:
    news = News(order=FIRST, key="1", status="accepted", at=BEFORE)
    visits = the_world().post.visits
    assert notices.notice(an_order(), news, "on_the_way", visits, NOW) is None
    assert notices.notice(an_order(), news.model_copy(update={"status": "kept"}), "kept", visits, NOW) is None
    assert notices.notice(an_order(), news, "accepted", visits, NOW) is not None


def test_a_failed_collection_offers_new_times_one_tap_away() -> None:
    later = datetime.fromisoformat("2026-11-26T10:00")  # within the shift that failed
    full = frozenset({Visit(day=date(2026, 11, 27), shift="morning")})
    news = News(order=FIRST, key="1", status="collection_failed", at=later, reason="Gọi không nghe máy")
    visits = the_world().post.visits
    reply = notices.notice(an_order(), news, "collection_failed", visits, later, full)
    assert reply
    times = [option for option in options(reply) if option.startswith("moveto:")]
    assert len(times) == 4
    assert not any("2026-11-26/morning" in time or "2026-11-27/morning" in time for time in times)
    assert "Bưu điện ghi: Gọi không nghe máy" in screen(reply)
    assert f"cancel:{FIRST}" in options(reply)
    step = answer(Chose(times[-1]), under("collection_failed"))
    day, shift = times[-1].split("/")[1:]
    assert changes(step) == [MoveOrder(FIRST, Visit(day=date.fromisoformat(day), shift=shift))]  # type: ignore[arg-type]


def test_the_time_that_failed_is_not_offered_again_though_it_is_still_to_come() -> None:
    before = datetime.fromisoformat("2026-11-25T16:00")  # the post was early
    news = News(order=FIRST, key="1", status="collection_failed", at=before)
    reply = notices.notice(an_order(), news, "collection_failed", the_world().post.visits, before)
    assert reply
    assert f"moveto:{FIRST}/2026-11-26/afternoon" in options(reply)
    assert f"moveto:{FIRST}/2026-11-26/morning" not in options(reply)


def test_with_no_time_left_the_phone_is_named() -> None:
    visits, possible = the_world().post.visits, list(the_world().post.visits.possible(NOW))
    full = frozenset(Visit(day=day, shift=shift) for day, shift in possible)
    news = News(order=FIRST, key="1", status="collection_failed", at=BEFORE)
    reply = notices.notice(an_order(), news, "collection_failed", visits, NOW, full)
    assert reply
    assert not any(option.startswith("moveto:") for option in options(reply))
    assert any(line.link == "tel:1900545481" for line in reply.lines)


def test_filed_is_said_when_the_agency_signs_and_not_before() -> None:
    assert "notice.not_yet_filed" in keys(told("collected"))
    assert "notice.filed" not in keys(told("collected"))
    signed = told("handed_over")
    assert {"notice.filed", "notice.supplement", "notice.brought"} <= set(keys(signed))
    assert "UBND phường Đông Kinh" in screen(signed)
    assert "notice.fetched" in keys(told("handed_over", an_order(back=None)))


def test_the_rule_of_the_invitations_is_told_when_a_delivery_failed() -> None:
    shown = screen(told("delivery_failed", reason="Đi vắng"))
    assert "ít nhất 2 lần, cách nhau 2 ngày làm việc" in shown
    assert "Bưu điện ghi: Đi vắng" in shown
    assert "1900 54 54 81" in shown


def test_who_receives_somewhere_else_for_somebody_needs_an_authorisation() -> None:
    back = Return(
        to=Address(commune="05977", street="5 Lê Lợi"), receiver=Person(name="Trần Văn Nam", phone="+84987654321")
    )
    shown = screen(told("result_on_the_way", an_order(back=back)))
    assert "5 Lê Lợi" in shown
    assert "Trần Văn Nam nhận thay: cần giấy ủy quyền" in shown
    assert "nhận thay" not in screen(told("result_on_the_way"))


def test_what_is_refused_says_whom_to_call_and_what_else_can_be_done() -> None:
    refused = told("refused", reason="Ngoài vùng phục vụ")
    assert {"notice.nobody_comes", "notice.call", "notice.other_ways"} <= set(keys(refused))
    assert "book:1.001193" in options(refused)
    assert "notice.nobody_comes" in keys(told("cancelled"))


def test_the_tracking_number_is_told_with_the_news_that_bring_it() -> None:
    assert "EB473124829VN" in screen(told("collected", item="EB473124829VN"))
    assert "order.item" not in keys(told("collected"))


def test_the_evening_before_tells_what_is_missing_first_and_what_may_not_be_asked() -> None:
    reply = notices.reminder(an_order(), the_world().post.visits)
    shown = screen(reply)
    assert shown.index("☐ Giấy chứng sinh") < shown.index("☑ Tờ khai")
    assert "Còn 1 giấy tờ" in shown
    assert "26.000 đ – 30.000 đ" in shown
    assert "8–11 giờ" in shown
    assert "12 Trần Phú" in shown
    assert "notice.may_not" in keys(reply)
    assert {f"move:{FIRST}", f"cancel:{FIRST}", f"slip:{FIRST}"} <= set(options(reply))


def test_with_all_papers_ready_nothing_is_missing() -> None:
    papers = tuple(paper.model_copy(update={"ready": True}) for paper in an_order().papers)
    reply = notices.reminder(an_order(papers=papers), the_world().post.visits)
    assert "notice.have_ready" in keys(reply)
    assert "notice.missing" not in keys(reply)
    unknown = notices.reminder(an_order(papers=()), the_world().post.visits)
    assert "order.papers_unknown" in keys(unknown)


def test_the_days_reckoned_from_another_visit_are_not_told() -> None:
    moved = an_order(visit=Visit(day=VISIT.day + timedelta(4), shift="morning"))
    assert "order.at_agency" in keys(told("collected"))
    assert "order.at_agency" not in keys(told("collected", moved))
    assert "order.result" not in keys(told("handed_over", moved))


def test_a_fee_taken_along_is_handed_over_only_against_a_receipt() -> None:
    assert "notice.fee" in keys(told("on_the_way", an_order(forward_fee=True)))
    assert "notice.fee" not in keys(told("on_the_way"))
