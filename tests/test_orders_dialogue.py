"""A pickup that was ordered: seen, moved, cancelled, corrected; what is kept of the citizen, shown and deleted."""

from dataclasses import replace
from datetime import date, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.events import Chose, Content, Introduced, Showed, Wrote
from bot.dialogue.orders.shown import has_new_visit
from bot.dialogue.states import AnyState, Booking, Draft, Home, Managing, Memory, Reading
from bot.dialogue.step import CancelOrder, Consent, CorrectOrder, MoveOrder, Step
from bot.dialogue.ways import LONGEST
from bot.dialogue.world import Given, Own, Under
from bot.pickup.order import Person, Return, Visit
from bot.pickup.progress import CHANGEABLE, ENDED, Status
from bot.texts.render import LANGUAGES, render
from knowledge.text import fold
from knowledge.understanding import Is, Manage, MyData
from tests.ordered import (
    CHAT,
    FIRST,
    FOREIGN,
    SECOND,
    VISIT,
    an_order,
    answer,
    changes,
    keys,
    options,
    screen,
    the_world,
    under,
)

STATUSES: tuple[Status, ...] = get_args(Status)
TELEGRAM = 4096  # characters of a message
ON_SCREEN = Managing(number=FIRST)


def said(*words: str, state: AnyState = ON_SCREEN, status: Status = "accepted") -> Step:
    """The last answer; the state goes on, the order stays as it was."""
    step = Step(state)
    for word in words:
        content = Chose(word[1:-1]) if word.startswith("[") else Wrote(word)
        step = answer(content, under(status), state=step.state)
    return step


# understood

MANAGE = {
    "see": ["lịch hẹn của tôi", "xem lịch hẹn giúp em", "lịch hẹn", "my appointments", "show my pickup"],
    "move": ["đổi lịch", "dời lịch hẹn bưu tá sang thứ 5", "đổi giờ hẹn", "hẹn lại ngày khác", "reschedule"],
    "cancel": ["hủy lịch", "huỷ lịch hẹn bưu tá", "hủy đơn", "không cần bưu tá nữa", "cancel my pickup"],
    "correct": ["sửa số điện thoại", "sửa sđt thành 0987654321", "đổi người giao hồ sơ", "wrong phone number"],
}
MY_DATA = {
    "see": ["dữ liệu của tôi", "bot đang giữ gì về tôi", "show my data"],
    "withdraw": ["rút lại đồng ý", "withdraw my consent"],
}
# Phrases of the lexicon and others that come near.
SOMETHING_ELSE = [
    "đổi lịch cúng đình đã đăng ký với xã", "đổi số điện thoại vneid", "sửa số điện thoại trên vssid",
    "đổi ngày sinh trên giấy khai sinh", "phòng khám đổi giờ làm việc", "hủy đơn đăng ký tiệm đã nộp",
    "hỏi công an xem dữ liệu của mình đang ghi gì", "cancel temporary residence of a tenant who left",
    "xin rút lại yêu cầu người bào chữa miễn phí", "đặt lịch bưu tá", "mai 9h qua nhà lấy hồ sơ khai sinh",
]  # fmt: skip


@pytest.mark.parametrize(("what", "words"), [(what, words) for what, said in MANAGE.items() for words in said])
def test_what_is_said_of_own_orders_is_understood(what: str, words: str) -> None:
    of = the_world().understanding.of
    assert of(words) == of(fold(words)) == of(f"dạ cho em {words} với ạ") == Manage(what)  # type: ignore[arg-type]


@pytest.mark.parametrize(("what", "words"), [(what, words) for what, said in MY_DATA.items() for words in said])
def test_what_is_said_of_own_data_is_understood(what: str, words: str) -> None:
    assert the_world().understanding.of(words) == the_world().understanding.of(fold(words)) == MyData(what)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", SOMETHING_ELSE)
def test_what_only_sounds_like_it_is_something_else(words: str) -> None:
    for form in (words, fold(words)):
        assert not isinstance(the_world().understanding.of(form), Manage | MyData), form


@pytest.mark.parametrize("words", ["xóa dữ liệu của tôi", "xoa het du lieu cua toi", "delete all my data"])
def test_to_delete_is_not_only_to_see(words: str) -> None:
    assert the_world().understanding.of(words) == Is("forget")


# seen


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_is_shown_with_how_far_it_is_and_what_comes_next(status: Status, language: str) -> None:
    step = answer(Chose(f"order:{FIRST}"), under(status), memory=Memory(language=language, chosen=True))
    shown = screen(step, language)
    assert step.state == ON_SCREEN
    assert f"order.status_{status}" in keys(*step.replies)
    assert FIRST in shown
    assert {"vi": "Đăng ký khai sinh", "en": "Birth registration"}[language] in shown
    assert len(shown) < TELEGRAM


@pytest.mark.parametrize("status", STATUSES)
def test_it_is_changed_here_until_the_postman_is_on_the_way_and_then_by_phone(status: Status) -> None:
    step = answer(Chose(f"order:{FIRST}"), under(status))
    ways = {f"move:{FIRST}", f"cancel:{FIRST}", f"correct:{FIRST}"}
    assert (ways <= set(options(*step.replies))) == (status in CHANGEABLE)
    assert not ways & set(options(*step.replies)) or status in CHANGEABLE
    assert ("order.by_phone" in keys(*step.replies)) == (status not in CHANGEABLE | ENDED)
    assert ("1900 54 54 81" in screen(step)) == (status not in CHANGEABLE | ENDED)
    assert f"callpost:{FIRST}" in options(*step.replies)


def test_who_comes_when_and_where_and_for_which_papers() -> None:
    shown = screen(answer(Wrote("lịch hẹn của tôi"), under()))
    assert "thứ Năm 26/11/2026" in shown
    assert "12 Trần Phú" in shown
    assert "phường Đông Kinh" in shown
    assert "Nguyễn Thị Lan, 0912 ••• 678" in shown
    assert "+84912345678" not in shown
    assert shown.index("☐ Giấy chứng sinh") < shown.index("☑ Tờ khai"), "what is missing comes first"


def test_the_days_told_with_the_order_are_not_told_of_another_day() -> None:
    moved = under(visit=Visit(day=date(2026, 11, 30), shift="morning"))
    assert "27/11/2026" in screen(answer(Chose(f"order:{FIRST}"), under()))
    assert "27/11/2026" not in screen(answer(Chose(f"order:{FIRST}"), moved))


@pytest.mark.parametrize("trial", [True, False])
def test_a_trial_says_so(trial: bool) -> None:
    step = answer(Chose(f"order:{FIRST}"), under(trial=trial))
    assert ("order.trial" in keys(*step.replies)) == trial


def test_why_an_attempt_failed_is_told_as_the_post_says_it() -> None:
    assert "Bưu điện ghi: Không có người ở nhà" in screen(answer(Chose(f"order:{FIRST}"), under("collection_failed")))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{hour:02}:{minute:02}")


def test_after_a_failed_collection_the_visit_to_come_is_told_as_new_only_when_it_is() -> None:
    world = the_world()
    given_ = world.given(Memory(), Own(), CHAT)
    failed = replace(under("collection_failed"), since=at(26, 9))  # within the shift
    assert not has_new_visit(failed, replace(given_, now=at(26, 9, 30)))
    again = replace(failed, order=an_order(visit=Visit(day=date(2026, 11, 27), shift="morning")))
    assert has_new_visit(again, replace(given_, now=at(26, 9, 30)))
    assert not has_new_visit(again, replace(given_, now=at(27, 12)))


def test_slip_calendar_and_phone() -> None:
    slip, calendar = (answer(Chose(f"{verb}:{FIRST}"), under()) for verb in ("slip", "ics"))
    assert [file.ref for reply in slip.replies for file in reply.files] == [f"slip/{FIRST}"]
    assert [file.ref for reply in calendar.replies for file in reply.files] == [f"ics/{FIRST}"]
    call = answer(Chose(f"callpost:{FIRST}"), under("collected"))
    assert call.replies[0].lines[0].link == "tel:1900545481"
    assert FIRST in screen(call)
    assert "EB473124829VN" in screen(call)


@pytest.mark.parametrize(
    "words", ["lịch hẹn của tôi", "lich hen cua toi", "my appointments", "hồ sơ của tôi đến đâu rồi"]
)
def test_one_order_is_shown_and_several_are_listed(words: str) -> None:
    assert answer(Wrote(words), under()).state == ON_SCREEN
    several = answer(Wrote(words), under("delivered", SECOND), under())
    assert {f"order:{FIRST}", f"order:{SECOND}"} <= set(options(*several.replies))
    shown = screen(several)
    assert shown.index(FIRST) < shown.index(SECOND), "what is under way comes first"


def test_without_an_order_nothing_is_made_up() -> None:
    assert "order.none" in keys(*answer(Wrote("lịch hẹn của tôi")).replies)
    assert "order.none" in keys(*answer(Wrote("hủy lịch hẹn")).replies)
    assert "dossier.where" in keys(*answer(Wrote("hồ sơ của tôi đến đâu rồi")).replies)
    assert "home.cancelled" in keys(*answer(Wrote("hủy")).replies)


@pytest.mark.parametrize(
    "content", [Wrote(FOREIGN), Wrote(f"đơn {FOREIGN.lower()} tới đâu rồi"), Wrote(f"hủy lịch {FOREIGN}")]
)
def test_a_number_alone_opens_nothing(content: Content) -> None:
    step = answer(content, under())
    assert "order.not_here" in keys(*step.replies)
    assert not step.commands
    assert "Lan" not in screen(step)


@pytest.mark.parametrize("verb", ["order", "move", "cancel", "cancelnow", "correct", "slip", "ics", "callpost"])
def test_a_button_of_somebody_elses_order_opens_nothing(verb: str) -> None:
    step = answer(Chose(f"{verb}:{FOREIGN}"), under())
    assert keys(*step.replies)[0] == "order.not_here"
    assert not step.commands
    moved = answer(Chose(f"moveto:{FOREIGN}/2026-11-27/morning"), under())
    assert not moved.commands


def test_the_own_number_pasted_shows_the_order() -> None:
    for words in (FIRST, FIRST.lower(), f"đơn {FIRST} tới đâu rồi"):
        assert answer(Wrote(words), under("collected", SECOND), under()).state == ON_SCREEN, words


# cancelled


def test_cancelling_is_asked_once_and_done_once() -> None:
    asked = said("hủy")
    assert asked.state == Managing(number=FIRST, asked="cancel")
    assert not asked.commands
    done = said("hủy", "đúng")
    assert changes(done) == [CancelOrder(FIRST)]


@pytest.mark.parametrize("yes", ["đúng rồi", "đúng", "có", "ok", "hủy", "dạ vâng ạ", f"[cancelnow:{FIRST}]"])
def test_ways_to_say_yes(yes: str) -> None:
    assert changes(said("hủy lịch hẹn", yes)) == [CancelOrder(FIRST)]


@pytest.mark.parametrize("no", ["không", "thôi", "thôi khỏi", "no", f"[order:{FIRST}]"])
def test_ways_to_say_no(no: str) -> None:
    step = said("hủy lịch hẹn", no)
    assert not step.commands
    assert step.state == ON_SCREEN
    assert "order.status_accepted" in keys(*step.replies)


def test_a_second_tap_finds_it_cancelled() -> None:
    before = answer(Chose(f"cancelnow:{FIRST}"), under())
    for later in (under(to_cancel=True), under("cancelled")):
        after = answer(Chose(f"cancelnow:{FIRST}"), later, state=before.state)
        assert not after.commands
        assert {"order.late_cancelling", "order.late_ended"} & set(keys(*after.replies))


@pytest.mark.parametrize("status", sorted(set(STATUSES) - CHANGEABLE))
@pytest.mark.parametrize("option", ["cancelnow", "cancel", "move", "correct"])
def test_too_late_says_why(status: Status, option: str) -> None:
    step = answer(Chose(f"{option}:{FIRST}"), under(status), state=Managing(number=FIRST, asked="cancel"))
    assert not step.commands
    assert any(key.startswith("order.late_") for key in keys(*step.replies))


def test_too_late_by_word_as_well() -> None:
    assert not said("hủy", "đúng", status="on_the_way").commands
    assert not answer(Wrote("đúng"), under("collected"), state=Managing(number=FIRST, asked="cancel")).commands
    moved = answer(Wrote("sáng thứ 6"), under("on_the_way"), state=Managing(number=FIRST, asked="move"))
    assert "order.late_on_the_way" in keys(*moved.replies)
    assert not moved.commands


def test_cancel_at_home_is_about_the_one_order_there_is() -> None:
    for words in ("hủy", "huy", "hủy giúp em với", "cancel"):
        assert answer(Wrote(words), under("delivered", SECOND), under()).state == Managing(
            number=FIRST, asked="cancel"
        ), words
    assert "home.cancelled" in keys(*answer(Wrote("thôi"), under()).replies)
    assert "home.cancelled" in keys(*answer(Wrote("hủy"), under("delivered")).replies)
    assert "home.cancelled" in keys(*answer(Wrote("hủy"), under(), state=Reading(code="1.001193")).replies)


def test_which_one_is_asked_when_several_can_be_meant() -> None:
    for words in ("hủy", "hủy lịch hẹn"):
        step = answer(Wrote(words), under(number=SECOND), under())
        assert {f"cancel:{FIRST}", f"cancel:{SECOND}"} <= set(options(*step.replies)), words
    named = answer(Wrote(f"hủy lịch hẹn {SECOND}"), under(number=SECOND), under())
    assert named.state == Managing(number=SECOND, asked="cancel")


def test_in_the_form_such_words_are_about_the_draft() -> None:
    form = Booking(asked="name")
    memory = Memory(ordered=True, draft=Draft(procedure="1.001193"))
    for words in ("hủy", "hủy lịch", "đổi lịch", "sửa số điện thoại"):
        step = answer(Wrote(words), under(), state=form, memory=memory)
        assert not step.commands, words
        assert not isinstance(step.state, Managing), words


# moved


def test_moving_offers_the_next_visits_and_one_tap_is_enough() -> None:
    step = answer(Chose(f"move:{FIRST}"), under())
    offered = [option for option in options(*step.replies) if option.startswith("moveto:")]
    assert len(offered) == 4
    assert isinstance(step.state, Managing)
    assert [f"moveto:{FIRST}/{v.day}/{v.shift}" for v in step.state.offered] == offered
    assert all("2026-11-24" not in option for option in offered), "a holiday"
    first = step.state.offered[0]
    assert changes(answer(Chose(offered[0]), under())) == [MoveOrder(FIRST, first)]
    assert changes(answer(Wrote("cái đầu tiên"), under(), state=step.state)) == [MoveOrder(FIRST, first)]
    assert changes(answer(Wrote("cái cuối"), under(), state=step.state)) == [MoveOrder(FIRST, step.state.offered[-1])]


def test_a_full_visit_is_not_offered_and_not_taken() -> None:
    full = Visit(day=date(2026, 11, 25), shift="morning")
    step = answer(Chose(f"move:{FIRST}"), under(), full=frozenset({full}))
    option = f"moveto:{FIRST}/2026-11-25/morning"
    assert option not in options(*step.replies)
    taken = answer(Chose(option), under(), full=frozenset({full}))
    assert not taken.commands
    assert "book.full" in keys(*taken.replies)


@pytest.mark.parametrize(
    ("words", "day", "shift"),
    [
        ("sáng thứ 6", 27, "morning"),
        ("chieu thu 6", 27, "afternoon"),
        ("đổi sang chiều", 26, "afternoon"),
        ("25/11 lúc 14h", 25, "afternoon"),
        ("thứ 6 nhé", 27, "morning"),
        ("friday afternoon", 27, "afternoon"),
    ],
)
def test_another_time_in_free_words(words: str, day: int, shift: str) -> None:
    step = answer(Wrote(words), under(), state=Managing(number=FIRST, asked="move"))
    assert changes(step) == [MoveOrder(FIRST, Visit(day=date(2026, 11, day), shift=shift))]  # type: ignore[arg-type]
    assert "order.moved" in keys(*step.replies)
    assert f"{day}/11/2026" in screen(step)


def test_the_wish_and_the_time_in_one_message() -> None:
    for words in (
        "đổi lịch sang chiều thứ 6",
        "dời lịch hẹn qua 27/11 lúc 15h",
        f"đổi lịch hẹn {FIRST} sang chiều thứ 6",
    ):
        step = answer(Wrote(words), under())
        assert changes(step) == [MoveOrder(FIRST, Visit(day=date(2026, 11, 27), shift="afternoon"))], words
    named = answer(Wrote("đổi lịch hẹn sáng thứ 5"), under())
    assert not named.commands, "that is the visit there is"
    assert named.state.asked == "move"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("sáng 24/11", "book.holiday"),
        ("sáng chủ nhật", "book.weekend"),
        ("sáng 19/11", "book.past"),
        ("sáng 25/3/2027", "book.too_far"),
        ("8 giờ tối thứ 6", "book.outside_hours"),
    ],
)
def test_a_time_that_will_not_do_is_refused_with_why_and_others_to_choose(words: str, key: str) -> None:
    step = answer(Wrote(words), under(), state=Managing(number=FIRST, asked="move"))
    assert not step.commands
    assert step.state.asked == "move"  # type: ignore[union-attr]
    assert any(k.startswith("book.") for k in keys(*step.replies)), key
    assert any(option.startswith("moveto:") for option in options(*step.replies))


def test_a_second_tap_finds_it_moved() -> None:
    visit = Visit(day=date(2026, 11, 27), shift="morning")
    step = answer(Chose(f"moveto:{FIRST}/2026-11-27/morning"), under(visit=visit))
    assert not step.commands
    assert "order.same_visit" in keys(*step.replies)


@pytest.mark.parametrize(
    "option", ["2026-11-22/morning", "2026-11-24/morning", "2026-11-20/morning", "2027-11-20/morning"]
)
def test_a_button_of_days_ago_is_checked_again(option: str) -> None:
    step = answer(Chose(f"moveto:{FIRST}/{option}"), under())
    assert not step.commands
    assert any(o.startswith("moveto:") for o in options(*step.replies))


def test_what_could_be_meant_otherwise_is_asked() -> None:
    step = answer(Wrote("27/11 hoặc 30/11"), under(), state=Managing(number=FIRST, asked="move"))
    assert not step.commands
    assert any(option.startswith("moveto:") for option in options(*step.replies))


def test_a_time_beside_an_order_on_screen_is_a_wish_to_move_it() -> None:
    assert changes(said("chiều thứ 6 nhé")) == [MoveOrder(FIRST, Visit(day=date(2026, 11, 27), shift="afternoon"))]
    assert not said("làm giấy khai tử").commands


# corrected


@pytest.mark.parametrize(
    ("words", "name", "phone"),
    [
        ("0987 654 321", "Nguyễn Thị Lan", "+84987654321"),
        ("Trần Văn Nam", "Trần Văn Nam", "+84912345678"),
        ("Trần Văn Nam, sđt 0987654321", "Trần Văn Nam", "+84987654321"),
    ],
)
def test_who_hands_over_is_corrected(words: str, name: str, phone: str) -> None:
    asked = answer(Chose(f"correct:{FIRST}"), under())
    step = answer(Wrote(words), under(), state=asked.state)
    assert changes(step) == [CorrectOrder(FIRST, Person(name=name, phone=phone))]
    assert "order.corrected" in keys(*step.replies)


def test_a_contact_shared_corrects_too() -> None:
    asked = Managing(number=FIRST, asked="correct")
    step = answer(Introduced("0987654321", "Trần Văn Nam"), under(), state=asked)
    assert changes(step) == [CorrectOrder(FIRST, Person(name="Trần Văn Nam", phone="+84987654321"))]
    assert not answer(Introduced("113", "😀"), under(), state=asked).commands


def test_the_phone_in_the_wish_itself() -> None:
    step = answer(Wrote("sửa số điện thoại thành 0987654321"), under())
    assert changes(step) == [CorrectOrder(FIRST, Person(name="Nguyễn Thị Lan", phone="+84987654321"))]


@pytest.mark.parametrize("words", ["09123", "091234567890123", "0000000000"])
def test_a_phone_nobody_can_be_called_by_is_asked_again(words: str) -> None:
    step = answer(Wrote(words), under(), state=Managing(number=FIRST, asked="correct"))
    assert not step.commands
    assert step.state == Managing(number=FIRST, asked="correct")
    assert "order.wrong_phone" in keys(*step.replies)


def test_another_wish_is_no_name() -> None:
    asked = Managing(number=FIRST, asked="correct")
    assert answer(Wrote("đăng ký kết hôn"), under(), state=asked).state == Reading(code="1.000894")
    for words in ("đăng ký kết hôn", "khai tử", "sổ đỏ"):
        assert not answer(Wrote(words), under(), state=asked).commands, words


def test_the_same_again_changes_nothing() -> None:
    step = answer(Wrote("0912345678"), under(), state=Managing(number=FIRST, asked="correct"))
    assert not step.commands
    assert "order.same_sender" in keys(*step.replies)


def test_without_an_order_a_name_to_mend_is_a_wish_for_a_procedure() -> None:
    assert "order.none" not in keys(*answer(Wrote("sửa tên")).replies)


# on screen all the while


@pytest.mark.parametrize(
    "words", ["phí bao nhiêu", "cần giấy tờ gì", "mất bao lâu", "gửi bưu điện có an toàn không", "english"]
)
def test_a_question_between_is_answered_and_the_order_stays(words: str) -> None:
    step = said(words)
    assert step.state == ON_SCREEN
    assert f"order:{FIRST}" in options(*step.replies)


def test_danger_comes_first_here_too() -> None:
    step = said("nhà cháy")
    assert keys(*step.replies)[0] == "danger.114"
    assert step.state == ON_SCREEN


# what is kept

DRAFT = Draft(procedure="1.001193", name="Nguyễn Thị Lan", phone="+84912345678", commune="05977", street="12 Trần Phú")
FULL_MEMORY = Memory(ordered=True, met=True, draft=DRAFT, consent="2026-11", ticked=("1.001193/-/0",))


@pytest.mark.parametrize("words", ["dữ liệu của tôi", "du lieu cua toi", "show my data", "[mydata]"])
def test_what_is_kept_is_shown_masked(words: str) -> None:
    content = Chose(words[1:-1]) if words.startswith("[") else Wrote(words)
    step = answer(content, under("delivered", SECOND), under(), memory=FULL_MEMORY)
    shown = screen(step, "en" if words == "show my data" else "vi")
    assert {"mydata.conversation", "mydata.draft", "mydata.consent", "mydata.order", "mydata.clocks"} <= set(
        keys(*step.replies)
    )
    assert {FIRST, SECOND} <= set(shown.replace(",", " ").replace(":", " ").split())
    assert "0912 ••• 678" in shown
    assert not any(secret in shown for secret in ("912345678", "0912 345 678", "Trần Phú"))
    assert {"mydata:correct", "mydata:draft", "mydata:withdraw", "mydata:delete", "orders"} <= set(
        options(*step.replies)
    )
    assert "91/2025/QH15" in shown
    assert len(shown) < TELEGRAM


def test_the_days_are_those_of_the_settings() -> None:
    given_ = the_world().given(Memory(), Own(), CHAT)
    assert given_.retention.days == 30
    assert "30 ngày" in screen(answer(Wrote("dữ liệu của tôi")))


def test_of_a_stranger_little_is_kept_and_little_can_be_done() -> None:
    step = answer(Wrote("dữ liệu của tôi"), memory=Memory())
    assert options(*step.replies) == ["mydata:delete", "person"]
    assert "mydata.order" not in keys(*step.replies)


def test_somebody_else_who_receives_the_result_is_named_as_kept_too() -> None:
    back = Return(receiver=Person(name="Trần Văn Nam", phone="+84987654321"))
    shown = screen(answer(Wrote("dữ liệu của tôi"), under(back=back)))
    assert "Trần Văn Nam, 0987 ••• 321" in shown


def test_the_draft_is_deleted_alone() -> None:
    step = answer(Chose("mydata:draft"), memory=FULL_MEMORY)
    assert step.memory is not None
    assert step.memory.draft is None
    assert step.memory.consent == "2026-11"
    assert "mydata.no_draft" in keys(*answer(Chose("mydata:draft")).replies)


@pytest.mark.parametrize("content", [Wrote("rút lại đồng ý"), Wrote("rut lai dong y"), Chose("mydata:withdraw")])
def test_consent_is_taken_back_at_once_and_proved(content: Content) -> None:
    step = answer(content, under(), memory=FULL_MEMORY)
    assert step.commands == (Consent("2026-11", given=False),)
    assert step.memory is not None
    assert step.memory.consent is None
    assert step.memory.draft is None
    assert {"mydata.withdrawn", "mydata.under_way"} <= set(keys(*step.replies))
    again = answer(content, memory=step.memory)
    assert not again.commands
    assert "mydata.no_consent" in keys(*again.replies)


def test_deleting_everything_without_orders_is_done_at_once() -> None:
    for orders in ((), (under("delivered"),), (under("cancelled"), under("returned", SECOND))):
        step = answer(Wrote("xóa dữ liệu của tôi"), *orders, memory=FULL_MEMORY)
        assert step.forget
        assert step.memory is None
        assert keys(*step.replies) == ["forget.done"]


@pytest.mark.parametrize("words", ["xóa dữ liệu của tôi", "xóa cuộc trò chuyện", "delete my data", "[mydata:delete]"])
def test_with_an_order_under_way_it_is_told_first_what_stays_and_why(words: str) -> None:
    content = Chose(words[1:-1]) if words.startswith("[") else Wrote(words)
    step = answer(content, under(), memory=FULL_MEMORY)
    assert not step.forget
    assert {"mydata.under_way", "mydata.stays", "mydata.delete_rest"} <= set(keys(*step.replies))
    assert {f"cancel:{FIRST}", "mydata:deletenow"} <= set(options(*step.replies))


def test_the_rest_is_deleted_and_what_stays_is_told_again() -> None:
    step = answer(Chose("mydata:deletenow"), under("on_the_way"), memory=FULL_MEMORY)
    assert step.forget
    assert {"mydata.deleted_but", "mydata.stays"} <= set(keys(*step.replies))
    assert "orders" in options(*step.replies)
    assert keys(*answer(Chose("mydata:deletenow"), under("delivered")).replies) == ["forget.done"]


def test_correcting_leads_to_where_it_can_be_corrected() -> None:
    step = answer(Chose("mydata:correct"), under("collected", SECOND), under(), memory=FULL_MEMORY)
    assert {"resume", f"correct:{FIRST}"} <= set(options(*step.replies))
    assert f"correct:{SECOND}" not in options(*step.replies)
    assert "mydata.correct_by_phone" in keys(*step.replies)
    assert "mydata.nothing_to_correct" in keys(*answer(Chose("mydata:correct"), under("delivered")).replies)


# whatever comes

# fmt: off
SAYINGS = (
    "hủy", "hủy lịch hẹn", "đúng", "không", "thôi", "đổi lịch", "đổi lịch sang chiều thứ 6", "sáng thứ 6", "24/11",
    "mai 9h", "1", "cái thứ hai", "cái cuối", "9", "sửa số điện thoại", "0987654321", "Trần Văn Nam",
    "lịch hẹn của tôi", "phí bao nhiêu", "dữ liệu của tôi", "rút lại đồng ý", "xóa dữ liệu của tôi",
    "hồ sơ của tôi đến đâu rồi", "english", "ok", "làm khai sinh", "chiều mốt", "cancel my pickup", "another day",
    "lúc nào cũng được", FIRST, FOREIGN,
)
VERBS = (
    "order", "move", "moveto", "cancel", "cancelnow", "correct", "slip", "ics", "callpost", "orders", "mydata",
)
RESTS = (FIRST, SECOND, FOREIGN, "", "draft", "withdraw", "delete", "deletenow", "correct", "ND000000-000000")
VISITS = ("", "/2026-11-27/morning", "/2026-11-24/morning", "/2026-02-30/morning", "/x", "/2026-11-27/night")
# fmt: on
taps = st.builds(
    lambda verb, rest, visit: f"{verb}:{rest}{visit}",
    st.sampled_from(VERBS),
    st.sampled_from(RESTS),
    st.sampled_from(VISITS),
)
contents = st.one_of(
    st.builds(Wrote, st.one_of(st.sampled_from(SAYINGS), st.text(max_size=60))),
    st.builds(Chose, st.one_of(taps, st.sampled_from(["orders", "mydata"]))),
    st.builds(Introduced, st.sampled_from(["0987654321", "113", "x", ""]), st.sampled_from(["", "Trần Văn Nam", "😀"])),
    st.just(Showed("picture")),
)
unders = st.builds(
    lambda status, number, to_cancel: under(status, number, to_cancel),
    st.sampled_from(STATUSES),
    st.sampled_from([FIRST, SECOND]),
    st.booleans(),
)
EXPLICIT = ("cancelnow:", "moveto:")


@settings(max_examples=150, deadline=None)
@given(st.lists(unders, max_size=2, unique_by=lambda u: u.order.number), st.lists(contents, min_size=1, max_size=8))
def test_whatever_comes_one_message_changes_one_thing_at_most(orders: list[Under], heard: list[Content]) -> None:
    """Each answered in both languages; an order that cannot be changed is not changed."""
    state: AnyState = Managing(number=FIRST)
    memory = FULL_MEMORY
    changeable = {u.order.number for u in orders if u.status in CHANGEABLE and not u.to_cancel}
    for content in heard:
        step = answer(content, *orders, state=state, memory=memory)
        ordered = changes(step)
        assert len(ordered) <= 1
        assert all(change.number in changeable for change in ordered)  # type: ignore[attr-defined]
        if isinstance(content, Chose) and not content.option.startswith(EXPLICIT):
            assert not ordered, "a tap that asks changes nothing"
        assert_readable(step)
        state, memory = step.state, step.memory or memory


def assert_readable(step: Step) -> None:
    assert step.replies
    for language in LANGUAGES:
        for reply in step.replies:
            message = render(reply, language)
            assert all(line.words.strip() for line in message.lines)
            assert all(button.label.strip() for button in message.buttons)
    assert all(len(option.encode()) <= LONGEST for option in options(*step.replies))


@settings(max_examples=60, deadline=None)
@given(unders, contents)
def test_a_step_is_the_same_each_time(order: Under, content: Content) -> None:
    assert answer(content, order, state=ON_SCREEN) == answer(content, order, state=ON_SCREEN)


def test_an_order_that_is_no_more_leaves_its_state() -> None:
    step = answer(Wrote("ok"), state=Managing(number=FIRST, asked="cancel"), memory=Memory())
    assert step.state == Home()
    assert not step.commands


def test_given_is_as_the_world_gives_it() -> None:
    assert isinstance(the_world().given(Memory(), Own(), CHAT), Given)
    assert VISIT.day.weekday() == 3
