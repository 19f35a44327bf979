"""A pickup arranged in the chat: what is asked, what is refused and why, and that one yes makes one order."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import get_args

import pytest
from hypothesis import given as supposing
from hypothesis import settings
from hypothesis import strategies as st

from bot import app
from bot.dialogue.booking.asking import FIELDS, QUESTIONS
from bot.dialogue.booking.consenting import VERSION
from bot.dialogue.booking.fields import OPTIONAL, ORDER
from bot.dialogue.booking.ordering import fingerprint
from bot.dialogue.events import Chose, Content, Introduced, Located, Showed, Wrote, interpret
from bot.dialogue.states import AnyState, Asked, Booking, Draft, Home, Managing, Memory, Reading
from bot.dialogue.step import Consent, PlaceOrder, Step
from bot.dialogue.table import advance
from bot.dialogue.world import Given, Own, Under, World
from bot.handlers.terminal import plain
from bot.pickup.order import Order, Visit
from bot.texts.render import render
from knowledge.order_numbers import ALPHABET, is_order_number
from procedures_catalog.catalog import load

NOON = datetime(2026, 11, 21, 12)  # a Saturday, in Viet Nam
MONDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 25)
BIRTH, MARRIAGE, DEATH = "1.001193", "1.000894", "1.000656"
WORLD = app.know(load(), at=lambda: NOON)
WHOLE = Draft(
    procedure=BIRTH,
    name="Nguyễn Thị Lan",
    phone="+84912345678",
    commune="05977",
    street="12 Trần Phú",
    day=MONDAY,
    shift="morning",
    papers_seen=True,
    back=True,
)
AGREED = Memory(consent=VERSION)


@dataclass
class Chat:
    """A citizen and the pure dialogue, with the orders it placed."""

    state: AnyState = Home()  # noqa: RUF009
    memory: Memory = AGREED
    now: datetime = NOON
    own: Own = Own()  # noqa: RUF009
    world: World = WORLD
    seen: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    placed: list[Order] = field(default_factory=list)
    step: Step | None = None
    numbers: Iterator[int] = field(default_factory=count)

    def says(self, words: str) -> "Chat":
        return self.hears(Wrote(words))

    def taps(self, label: str) -> "Chat":
        return self.hears(Chose(self.options[label], label))

    def hears(self, content: Content) -> "Chat":
        fresh = "4F7K" + ALPHABET[next(self.numbers) % len(ALPHABET)]
        given = replace(self.world.given(self.memory, self.own, "test:1"), now=self.now, fresh=fresh)
        step = advance(self.state, interpret(content, self.world.understanding), given)
        self.step, self.state, self.memory = step, step.state, step.memory or self.memory
        messages = [render(reply, self.memory.language) for reply in step.replies]
        self.seen = [line for message in messages for line in plain(message)]
        self.options |= {button.label: button.option for message in messages for button in message.buttons}
        for order in (command.order for command in step.commands if isinstance(command, PlaceOrder)):
            self.placed.append(order)
            self.own = replace(self.own, orders=(Under(order, "kept", self.now), *self.own.orders))
        return self

    @property
    def text(self) -> str:
        return "\n".join(self.seen).replace("\N{NO-BREAK SPACE}", " ")

    @property
    def asked(self) -> Asked | None:
        return self.state.asked if isinstance(self.state, Booking) else None

    @property
    def draft(self) -> Draft:
        assert self.memory.draft
        return self.memory.draft


def at(asked: Asked, draft: Draft = WHOLE, **more: object) -> Chat:
    """The form with this field asked for."""
    memory = AGREED.model_copy(update={"draft": draft})
    return Chat(Booking(asked=asked), memory, **more)  # type: ignore[arg-type]


def summary(draft: Draft = WHOLE, **more: object) -> Chat:
    memory = AGREED.model_copy(update={"draft": draft})
    return Chat(Home(), memory, **more).hears(Chose("resume"))  # type: ignore[arg-type]


# --- consent ---


def test_nothing_is_kept_before_the_yes() -> None:
    chat = Chat(memory=Memory()).says("mai qua nhà lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh, sđt 0912345678")
    assert chat.asked == "consent"
    assert chat.memory.draft is None
    assert chat.memory.consent is None
    assert "Luật 91/2025/QH15" in chat.text
    assert len([line for line in chat.seen if line.startswith("•")]) == 4


def test_what_was_said_before_the_yes_is_read_after_it() -> None:
    chat = Chat(memory=Memory()).says("sáng thứ 2 qua nhà lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh")
    chat.says("sđt 0912345678, tên Nguyễn Thị Lan")
    assert chat.asked == "consent"
    chat.taps("Đồng ý")
    assert chat.step
    assert chat.step.commands == (Consent(VERSION),)
    assert chat.memory.consent == VERSION
    expected = {"procedure": BIRTH, "commune": "05977", "street": "12 Trần Phú", "day": MONDAY, "shift": "morning"}
    told = chat.draft.model_dump()
    assert {key: told[key] for key in expected} == expected
    assert (chat.draft.phone, chat.draft.name) == ("+84912345678", "Nguyễn Thị Lan")
    assert chat.asked == "papers"


def test_what_waits_for_the_yes_is_read_message_after_message() -> None:
    chat = Chat(memory=Memory()).says("thứ 2 9h qua nhà lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh")
    for words in ("à thôi đổi sang buổi chiều", "sđt 0987654321", "sđt 0912345678", "Lê Văn Nam", "à nhầm, số 15"):
        assert chat.says(words).asked == "consent"
    draft = chat.taps("Đồng ý").draft
    assert (draft.procedure, draft.day, draft.shift) == (BIRTH, MONDAY, "afternoon")
    assert (draft.street, draft.phone, draft.name) == ("15 Trần Phú", "+84912345678", "Lê Văn Nam")


def test_a_commune_of_several_is_still_asked_back_behind_another_message() -> None:
    chat = Chat(memory=Memory()).says("qua nhà lấy hồ sơ khai sinh ở 12 Trần Phú, phường Tân Thành")
    chat.says("sđt 0912345678").taps("Đồng ý")
    assert chat.asked == "commune"
    assert isinstance(chat.state, Booking)
    assert len(chat.state.among) > 1
    assert chat.draft.phone == "+84912345678"


def test_tomorrow_is_the_day_after_it_was_said() -> None:
    chat = Chat(memory=Memory()).says("mai qua nhà lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh")
    chat.now = NOON.replace(day=22)  # a Sunday; what was meant is a Sunday too
    chat.says("mai 9h nhé")
    chat.now = NOON.replace(day=23)
    chat.taps("Đồng ý")
    assert chat.asked == "visit"
    assert "thứ Hai 23/11/2026, buổi sáng" in chat.text
    later = Chat(memory=Memory()).says("sáng thứ 4 qua nhà lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh")
    later.now = NOON.replace(day=23)
    assert later.taps("Đồng ý").draft.day == WEDNESDAY


def test_what_waited_as_one_text_is_still_read() -> None:
    kept = {"at": "booking", "asked": "consent", "among": [], "pending": "đặt bưu tá lấy hồ sơ khai sinh"}
    chat = Chat(Booking.model_validate(kept), Memory()).says("đồng ý")
    assert chat.draft.procedure == BIRTH
    assert Booking.model_validate({**kept, "pending": ""}).pending == ()


def test_a_question_before_the_yes_fills_nothing_in() -> None:
    chat = Chat(memory=Memory()).says("đặt bưu tá").says("khai tử cần giấy tờ gì")
    assert "Giấy tờ: Đăng ký khai tử" in chat.text
    assert "chọn giấy tờ đã có" not in chat.text.lower()
    chat.says("đồng ý")
    assert (chat.asked, chat.draft.procedure) == ("procedure", None)


@pytest.mark.parametrize("words", ["không đồng ý", "không", "no", "thôi"])
def test_a_no_keeps_nothing_and_names_the_hotline(words: str) -> None:
    chat = Chat(memory=Memory()).says("đặt bưu tá lấy hồ sơ khai sinh").says(words)
    assert chat.memory.draft is None
    assert chat.memory.consent is None
    assert "1900 54 54 81" in chat.text


def test_a_no_to_a_new_text_lets_go_of_what_was_kept_under_the_old() -> None:
    chat = Chat(memory=Memory(consent="2025-01", draft=WHOLE)).says("đặt tiếp")
    assert chat.asked == "consent"
    assert chat.says("không đồng ý").memory.draft is None


def test_silence_and_other_words_are_no_consent() -> None:
    chat = Chat(memory=Memory()).says("đặt bưu tá lấy hồ sơ khai sinh").says("cảm ơn")
    assert chat.memory.consent is None
    assert chat.asked == "consent"
    assert "[Đồng ý]" in chat.seen


def test_an_older_consent_is_asked_for_anew() -> None:
    chat = Chat(memory=Memory(consent="2025-01")).says("đặt bưu tá lấy hồ sơ khai sinh")
    assert chat.asked == "consent"


# --- what for ---


def test_what_cannot_be_sent_is_said_before_anything_is_asked() -> None:
    chat = Chat(memory=Memory()).says("đặt lịch bưu tá lấy hồ sơ đăng ký kết hôn")
    assert "hai bên phải cùng có mặt ký" in chat.text
    assert "Nộp trực tuyến được" in chat.text
    assert "Nộp trực tiếp ở" in chat.text
    assert chat.state == Reading(code=MARRIAGE)
    assert chat.memory.draft is None


def test_where_only_the_result_can_come_home_that_is_said() -> None:
    chat = Chat().hears(Chose("book:3.000347"))
    assert "Kết quả thì bưu điện mang về nhà được" in chat.text


def test_what_is_not_published_may_be_booked_with_a_warning() -> None:
    draft = WHOLE.model_copy(update={"procedure": "1.001022"})
    chat = summary(draft)
    assert chat.asked == "summary"
    assert "Chưa có công bố" in chat.text


@pytest.mark.parametrize("code", sorted(WORLD.catalog))
def test_every_procedure_can_be_booked_or_is_said_why_not(code: str) -> None:
    chat = Chat(memory=AGREED.model_copy(update={"draft": WHOLE.model_copy(update={"procedure": None})}))
    chat.hears(Chose(f"book:{code}"))
    if WORLD.catalog[code].postal.send.possible is False:
        assert "không được, vì" in chat.text
        assert chat.draft.procedure is None
        return
    with suppress(KeyError):
        chat.taps("Đủ cả")
    while chat.asked != "summary":
        assert chat.asked in ("papers", "back")
        chat.taps("Xong, tiếp tục" if chat.asked == "papers" else "Có, mang về nhà")
    chat.taps("Xác nhận đặt")
    assert [order.procedure for order in chat.placed] == [code]


def test_the_button_stands_where_the_post_may_come() -> None:
    assert "[Đặt bưu tá đến nhà]" in Chat().hears(Chose(f"show:{BIRTH}")).seen
    assert "[Đặt bưu tá đến nhà]" in Chat().hears(Chose(f"post:{BIRTH}")).seen
    assert "[Đặt bưu tá đến nhà]" not in Chat().hears(Chose(f"show:{MARRIAGE}")).seen


def test_another_procedure_keeps_who_and_where() -> None:
    chat = summary().hears(Chose(f"book:{DEATH}"))
    assert (chat.draft.name, chat.draft.street, chat.draft.procedure) == ("Nguyễn Thị Lan", "12 Trần Phú", DEATH)
    assert chat.asked == "papers"


# --- where ---


def test_a_split_commune_is_asked_back() -> None:
    chat = at("commune", Draft(procedure=BIRTH)).says("thị xã Sa Pa")
    assert chat.asked == "commune"
    assert "nay thuộc mấy xã, phường" in chat.text
    chat.says("2")
    assert chat.draft.commune
    assert chat.draft.said
    assert chat.asked == "street"


def test_namesakes_are_told_apart_by_their_province() -> None:
    chat = at("commune", Draft(procedure=BIRTH)).says("nhà em ở thôn Bản Chu xã Bắc Sơn")
    assert "[xã Bắc Sơn, tỉnh Lạng Sơn]" in chat.seen
    chat.says("lạng sơn")
    assert (chat.draft.commune, chat.draft.street) == ("06325", "thôn Bản Chu")


def test_an_old_name_is_said_back_beside_the_new_one() -> None:
    chat = at("commune", Draft(procedure=BIRTH)).says("thị trấn Đồng Đăng")
    assert "xã Đồng Đăng, tỉnh Lạng Sơn (tên cũ: thị trấn Đồng Đăng" in chat.text


def test_a_bare_name_is_enough_where_the_commune_is_asked_for() -> None:
    assert at("commune", Draft(procedure=BIRTH)).says("ky lua").draft.commune == "06187"
    namesakes = at("commune", Draft(procedure=BIRTH)).says("dong kinh")
    labels = [line for line in namesakes.seen if "tỉnh Lạng Sơn]" in line or "Đông Kinh" in line]
    assert labels[0] == "[phường Đông Kinh, tỉnh Lạng Sơn]"  # the one of today before those of old


def test_a_province_not_served_is_said_with_the_hotline() -> None:
    world = replace(WORLD, post=replace(WORLD.post, served=frozenset({"20"})))
    chat = at("commune", Draft(procedure=BIRTH), world=world).says("phường Sài Gòn, thành phố Hồ Chí Minh")
    assert chat.draft.commune is None
    assert "1900 54 54 81" in chat.text
    assert at("commune", Draft(procedure=BIRTH), world=world).says("phường Đông Kinh").draft.commune == "05977"


def test_a_location_is_used_once_and_not_kept() -> None:
    chat = at("commune", Draft(procedure=BIRTH)).hears(Located(21.853, 106.761))
    assert "Lạng Sơn không?" in chat.text
    kept = chat.memory.model_dump_json() + chat.state.model_dump_json()
    assert "21.85" not in kept
    assert "106.7" not in kept
    chat.says("có")
    assert chat.draft.commune


def test_a_number_without_a_street_is_asked_on() -> None:
    chat = at("street", Draft(procedure=BIRTH, commune="05977")).says("15")
    assert chat.asked == "street"
    assert chat.draft.street is None


# --- when ---

WHEN = at("visit", WHOLE.model_copy(update={"day": None, "shift": None}))


@pytest.mark.parametrize(
    ("words", "visit"),
    [
        ("sáng thứ 2", (MONDAY, "morning")),
        ("chieu thu 2", (MONDAY, "afternoon")),
        ("thứ 4 9h", (WEDNESDAY, "morning")),
        ("23/11 lúc 14h", (MONDAY, "afternoon")),
        ("sớm nhất", (MONDAY, "morning")),
        ("lúc nào cũng được", (MONDAY, "morning")),
        ("thứ 2 mấy giờ cũng được", (MONDAY, "morning")),
        ("2", (MONDAY, "afternoon")),
    ],
)
def test_a_visit_is_read_and_said_back(words: str, visit: tuple[date, str]) -> None:
    chat = at("visit", WHOLE.model_copy(update={"day": None, "shift": None}))
    if words == "2":
        chat.hears(Chose("ask:visit"))
    chat.says(words)
    assert (chat.draft.day, chat.draft.shift) == visit
    assert f"{visit[0]:%d/%m/%Y}" in chat.text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("mai", "cuối tuần"),
        ("chủ nhật tuần sau", "cuối tuần"),
        ("sáng 24/11", "nghỉ lễ (Ngày Văn hóa Việt Nam)"),
        ("thứ 6 20/11/2026", "đã qua"),
        ("20/2/2027", "còn xa quá"),
        ("18h thứ 4", "Bưu tá chỉ đến trong giờ"),
        ("12h trưa thứ 2", "Bưu tá chỉ đến trong giờ"),
    ],
)
def test_a_visit_that_cannot_be_is_said_why_and_the_nearest_are_offered(words: str, why: str) -> None:
    chat = at("visit", WHOLE.model_copy(update={"day": None, "shift": None})).says(words)
    assert why in chat.text
    assert chat.asked == "visit"
    assert chat.draft.shift is None
    assert any(label.startswith("[thứ ") for label in chat.seen), "nothing to tap instead"


def test_after_the_cut_off_the_next_half_day_is_named() -> None:
    chat = at("visit", WHOLE.model_copy(update={"day": None, "shift": None}), now=NOON + timedelta(days=1, hours=21))
    chat.says("sáng nay")
    assert "quá giờ nhận đặt" in chat.text
    assert chat.asked == "visit"


def test_a_full_half_day_is_not_offered() -> None:
    own = Own(full=frozenset({Visit(day=MONDAY, shift="morning")}))
    chat = at("visit", WHOLE.model_copy(update={"day": None, "shift": None}), own=own).says("sáng thứ 2")
    assert "kín lịch" in chat.text
    assert "[thứ Hai 23/11/2026, buổi sáng]" not in chat.seen


def test_only_the_half_of_the_day_is_asked_when_the_day_is_known() -> None:
    chat = at("visit", WHOLE.model_copy(update={"day": None, "shift": None})).says("thứ 4")
    assert [line for line in chat.seen if "25/11/2026, buổi" in line and line.startswith("[")] == [
        "[thứ Tư 25/11/2026, buổi sáng]",
        "[thứ Tư 25/11/2026, buổi chiều]",
    ]
    chat.says("chiều")
    assert (chat.draft.day, chat.draft.shift) == (WEDNESDAY, "afternoon")


def test_a_button_of_a_visit_that_has_passed_says_so() -> None:
    chat = summary(now=NOON + timedelta(days=9))
    chat.hears(Chose("put:visit/2026-11-23/morning"))
    assert "đã qua" in chat.text
    assert chat.asked == "visit"


# --- who ---


@pytest.mark.parametrize("words", ["😀😀😀", "12345", "mẹ tôi", "abc", "đm", "a" * 300, "!!!", "Nguyễn 12"])
def test_what_is_no_name_is_refused_kindly(words: str) -> None:
    chat = at("name", WHOLE.model_copy(update={"name": None})).says(words)
    assert chat.asked == "name"
    assert chat.draft.name is None
    assert "họ tên" in chat.text


def test_a_given_name_alone_is_asked_back_once() -> None:
    chat = at("name", WHOLE.model_copy(update={"name": None})).says("Lan")
    assert chat.draft.name is None
    assert "[Chỉ ghi “Lan”]" in chat.seen
    assert chat.says("Lan").draft.name == "Lan"


@pytest.mark.parametrize(
    ("words", "why"),
    [("091234567", "thiếu"), ("0912345678999", "thừa"), ("0112345678", "không gọi được"), ("09123", "thiếu")],
)
def test_a_wrong_phone_is_said_what_is_wrong(words: str, why: str) -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says(words)
    assert why in chat.text
    assert chat.asked == "phone"


def test_a_contact_gives_phone_and_name() -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None, "name": None}))
    chat.hears(Introduced("0987 654 321", "Hoàng Văn Nam"))
    assert (chat.draft.phone, chat.draft.name) == ("+84987654321", "Hoàng Văn Nam")


# --- papers and the way back ---


def test_missing_papers_are_named_and_the_postman_comes_all_the_same() -> None:
    chat = at("papers", WHOLE.model_copy(update={"papers_seen": False, "back": None})).says("thiếu giấy chứng sinh")
    assert "Còn thiếu: Giấy chứng sinh." in chat.text
    assert "QĐ 45/2016" in chat.text
    assert f"{BIRTH}/-/0" in chat.memory.ticked
    assert f"{BIRTH}/-/1" not in chat.memory.ticked
    assert chat.asked == "back"


def test_all_papers_ready_leaves_out_what_hangs_on_a_condition() -> None:
    chat = at("papers", WHOLE.model_copy(update={"papers_seen": False})).says("đủ cả")
    assert chat.asked == "summary"
    assert "Giấy tờ: đủ cả" in chat.text
    chat.taps("Xác nhận đặt")
    assert [(paper.name, paper.ready) for paper in chat.placed[0].papers] == [
        ("Tờ khai đăng ký khai sinh", True),
        ("Giấy chứng sinh", True),
        ("Căn cước, hộ chiếu hoặc giấy tờ có ảnh của người đi khai", True),
    ]


def test_a_tick_in_the_form_is_a_tick_of_the_checklist() -> None:
    chat = at("papers", WHOLE.model_copy(update={"papers_seen": False})).hears(Chose("have:-/1"))
    assert chat.memory.ticked == (f"{BIRTH}/-/1",)
    assert chat.asked == "papers"
    assert "[☑ Giấy chứng sinh]" in chat.seen
    assert chat.hears(Chose("have:-/1")).memory.ticked == ()
    for _ in range(2):  # what it shall be stands in the option since November 2026
        assert chat.hears(Chose("have:-/1/on")).memory.ticked == (f"{BIRTH}/-/1",)
    assert "have:-/1/off" in chat.options.values()
    assert chat.hears(Chose("have:-/1/off")).memory.ticked == ()


def test_the_case_on_screen_counts() -> None:
    draft = WHOLE.model_copy(update={"procedure": "1.001622", "papers_seen": False})
    chat = at("papers", draft).hears(Chose("papersof:1")).taps("Đủ cả")
    assert chat.memory.ticked
    assert all(mark.startswith("1.001622/1/") for mark in chat.memory.ticked)


def test_the_way_back_is_not_asked_for_where_there_is_none() -> None:
    draft = WHOLE.model_copy(update={"procedure": "1.001266", "back": None})
    chat = summary(draft)
    assert chat.asked == "summary"
    assert "không trả qua bưu điện" in chat.text


# --- moving about ---


def test_back_goes_to_the_field_before_and_says_what_stands_there() -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says("quay lại")
    assert chat.asked == "name"
    assert "Đang ghi: Nguyễn Thị Lan" in chat.text
    assert chat.taps("Quay lại câu trước").asked == "visit"


def test_stopping_keeps_the_draft_and_offers_to_go_on() -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says("thôi")
    assert chat.state == Home()
    assert chat.draft.name == "Nguyễn Thị Lan"
    assert chat.says("làm căn cước").says("đặt tiếp").asked == "phone"


def test_a_draft_can_be_thrown_away() -> None:
    assert at("phone").says("thôi").taps("Xóa phần đặt dở").memory.draft is None


def test_a_day_that_passed_meanwhile_is_asked_for_again() -> None:
    chat = summary().says("thôi")
    chat.now = NOON + timedelta(days=2, hours=3)
    chat.taps("Đặt tiếp")
    assert chat.asked == "visit"
    assert "không còn đặt được" in chat.text
    assert chat.draft.day is None
    assert chat.draft.street == "12 Trần Phú"


@pytest.mark.parametrize("words", ["bưu tá có đòi tiền thêm không", "phí bao nhiêu", "cảm ơn", "gặp cán bộ", "giúp"])
def test_a_digression_is_answered_and_the_question_asked_again(words: str) -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says(words)
    assert chat.asked == "phone"
    assert chat.seen[-3].startswith("Số điện thoại")
    assert len(chat.seen) > 3, "nothing but the question"


def test_a_question_about_another_procedure_is_answered_and_the_form_stays() -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says("làm hộ chiếu cần giấy tờ gì")
    assert "Giấy tờ: Làm hộ chiếu" in chat.seen
    assert chat.asked == "phone"


def test_another_procedure_looked_at_leaves_a_way_back() -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says("làm hộ chiếu")
    assert chat.asked == "phone"
    chat.taps("Làm hộ chiếu")
    assert isinstance(chat.state, Reading)
    assert chat.taps("Đặt tiếp").asked == "phone"


@pytest.mark.parametrize("words", ["xyzzy qwrt", "ờ thì", "...", "ok", "không"])
def test_what_is_not_understood_asks_once_more(words: str) -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says(words)
    assert chat.asked == "phone"
    assert sum(line.startswith("Số điện thoại") for line in chat.seen) == 1


# --- corrections ---


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("à nhầm, số 15", "street", "15 Trần Phú"),
        ("a nham so 15", "street", "15 Trần Phú"),
        ("số nhà 15B", "street", "15B Trần Phú"),
        ("không phải 12 mà 15", "street", "15 Trần Phú"),
        ("sđt khác 0987654321", "phone", "+84987654321"),
        ("đổi sang chiều", "shift", "afternoon"),
        ("chiều chứ không phải sáng", "shift", "afternoon"),
        ("không phải phường Đông Kinh mà Tam Thanh", "commune", "05986"),
        ("khong phai dong kinh ma tam thanh", "commune", "05986"),
        ("tên Hoa chứ không phải Lan", "name", "Nguyễn Thị Hoa"),
        ("à nhầm, tên Trần Văn Nam", "name", "Trần Văn Nam"),
        ("đổi sang thứ 4", "day", WEDNESDAY),
        ("ghi chú: nhà có chó", "note", "nhà có chó"),
    ],
)
def test_a_correction_changes_its_field_and_no_other(words: str, field: str, value: object) -> None:
    chat = summary().says(words)
    assert chat.draft.model_dump() == WHOLE.model_copy(update={field: value}).model_dump()
    assert chat.asked == "summary"
    assert not chat.placed


def test_a_correction_in_the_middle_goes_on_where_it_was() -> None:
    chat = at("phone", WHOLE.model_copy(update={"phone": None})).says("à nhầm, số 15")
    assert (chat.asked, chat.draft.street) == ("phone", "15 Trần Phú")


@pytest.mark.parametrize("asked", FIELDS)
def test_every_field_can_be_edited_from_the_summary(asked: Asked) -> None:
    chat = summary().taps("Sửa").hears(Chose(f"ask:{asked}"))
    assert chat.asked == asked
    assert any(line.startswith("[") for line in chat.seen)


@pytest.mark.parametrize(
    ("asked", "words", "change"),
    [
        ("weight", "1,2 kg", {"grams": 1200}),
        ("exemption", "hộ nghèo", {"exemption": "poor_household"}),
        ("forward_fee", "có", {"forward_fee": True}),
        ("landmark", "cạnh chợ Kỳ Lừa", {"landmark": "cạnh chợ Kỳ Lừa"}),
        ("note", "gọi trước 30 phút nhé", {"note": "gọi trước 30 phút nhé"}),
    ],
)
def test_what_need_not_be_said_can_be(asked: Asked, words: str, change: dict[str, object]) -> None:
    chat = summary().hears(Chose(f"ask:{asked}")).says(words)
    assert chat.draft == WHOLE.model_copy(update=change)
    assert chat.asked == "summary"
    chat.hears(Chose(f"ask:{asked}")).says("bỏ qua")
    assert chat.draft == WHOLE


def test_a_delegate_and_another_address_for_the_result() -> None:
    chat = summary().says("sửa người nhận").says("Hoàng Thị Mai")
    assert "Còn số điện thoại của Hoàng Thị Mai?" in chat.text
    chat.says("0987654321").says("sửa nơi nhận kết quả").says("45 Lê Lợi phường Tam Thanh").taps("Xác nhận đặt")
    back = chat.placed[0].back
    assert back
    assert back.receiver
    assert back.to
    assert (back.receiver.name, back.receiver.phone, back.to.street) == ("Hoàng Thị Mai", "+84987654321", "45 Lê Lợi")


def test_a_result_to_another_province_is_priced_as_that() -> None:
    near = summary().says("sửa nơi nhận kết quả").says("45 Lê Lợi phường Tam Thanh").taps("Xác nhận đặt").placed[0]
    far = summary().says("sửa nơi nhận kết quả").says("5 Lê Lợi, phường Sài Gòn, Hồ Chí Minh").taps("Xác nhận đặt")
    assert far.placed[0].quote.lines[0] == near.quote.lines[0]
    assert far.placed[0].quote.lines[1].high > near.quote.lines[1].high
    assert far.placed[0].clocks.home is None


def test_a_note_of_2000_characters_is_cut_and_that_is_said() -> None:
    chat = summary().hears(Chose("ask:note")).says("nhà có chó " * 182)
    assert len(chat.draft.note or "") <= 300
    assert "chỉ giữ 300" in chat.text


# --- the summary and the yes ---


def test_the_summary_says_everything_and_that_nothing_is_booked_yet() -> None:
    text = summary().text
    for told in (
        "không có bưu tá thật",
        "Nguyễn Thị Lan, 0912 345 678",
        "12 Trần Phú, phường Đông Kinh, tỉnh Lạng Sơn",
        "thứ Hai 23/11/2026, buổi sáng (8–11 giờ)",
        "Đăng ký khai sinh",
        "26.000 đ",
        "27.000 đ",
        "Tổng cước: 53.000 đ",
        "giá tham khảo, bưu tá xác nhận",
        "ngày 20/4/2021",
        "Phí, lệ phí nhà nước (riêng, không tính vào cước): chưa rõ",
        "Cơ quan ký nhận: thứ Tư 25/11/2026",
        "Chỉ là ước tính",
        "Chưa chọn là chưa đặt",
    ):
        assert told in text
    assert text.count("ngày 20/4/2021") == 1, "a source is named once"


@pytest.mark.parametrize("words", ["ok đặt đi", "xác nhận", "ok dat di", "chốt", "đồng ý"])
def test_a_yes_in_words_books_on_the_summary(words: str) -> None:
    chat = summary().says(words)
    assert len(chat.placed) == 1
    assert is_order_number(chat.placed[0].number)
    assert chat.state == Managing(number=chat.placed[0].number)
    assert (chat.memory.draft, chat.memory.ordered) == (None, True)
    assert chat.step
    assert [file.ref for reply in chat.step.replies for file in reply.files] == [
        f"slip/{chat.placed[0].number}",
        f"ics/{chat.placed[0].number}",
    ]
    assert "mã OTP" in chat.text


@pytest.mark.parametrize("asked", [*ORDER, *OPTIONAL])
@pytest.mark.parametrize("words", ["ok đặt đi", "chốt", "xác nhận"])
def test_a_yes_in_words_books_nowhere_else(asked: Asked, words: str) -> None:
    assert not at(asked).says(words).placed


def test_a_yes_in_words_counts_only_where_the_summary_stands() -> None:
    yes = summary().options["Xác nhận đặt"].removeprefix("confirm:")
    chat = at("visit")
    chat.state = Booking(asked="visit", among=(yes,))
    assert not chat.says("chốt").placed


def test_two_taps_are_one_order() -> None:
    chat = summary().taps("Xác nhận đặt").taps("Xác nhận đặt")
    assert len(chat.placed) == 1
    assert f"Đã đặt rồi: {chat.placed[0].number}" in chat.text
    assert len(chat.says("ok đặt đi").placed) == 1


def test_a_yes_to_what_has_changed_since_books_nothing() -> None:
    chat = summary()
    yes = chat.options["Xác nhận đặt"]
    chat.says("à nhầm, số 15").hears(Chose(yes))
    assert not chat.placed
    assert "Có thay đổi" in chat.text
    assert chat.taps("Xác nhận đặt").placed[0].address.street == "15 Trần Phú"


def test_a_yes_after_the_price_changed_books_nothing() -> None:
    chat = summary()
    post = WORLD.post
    dearer = [replace_prices(tariff) for tariff in post.tariffs.tariffs]
    chat.world = replace(WORLD, post=replace(post, tariffs=replace(post.tariffs, tariffs=tuple(dearer))))
    chat.taps("Xác nhận đặt")
    assert not chat.placed
    assert "Có thay đổi" in chat.text
    assert len(chat.taps("Xác nhận đặt").placed) == 1


def replace_prices(tariff):  # type: ignore[no-untyped-def]
    bands = tuple(
        band.model_copy(update={"price": {scope: sum_ + 1000 for scope, sum_ in band.price.items()}})
        for band in tariff.send.bands
    )
    return tariff.model_copy(update={"send": tariff.send.model_copy(update={"bands": bands})})


def test_a_yes_after_the_visit_was_filled_asks_for_another() -> None:
    chat = summary()
    chat.own = Own(full=frozenset({Visit(day=MONDAY, shift="morning")}))
    chat.taps("Xác nhận đặt")
    assert not chat.placed
    assert chat.asked == "visit"


def test_a_yes_after_the_day_has_passed_books_nothing() -> None:
    chat = summary()
    chat.now = NOON + timedelta(days=5)
    assert not chat.taps("Xác nhận đặt").placed
    assert chat.asked == "visit"


# --- how many ---


def ordered(count_: int, **more: object) -> Own:
    order = summary().taps("Xác nhận đặt").placed[0]
    return Own(tuple(Under(order.model_copy(update=more), "accepted", NOON) for _ in range(count_)))


def test_a_second_one_for_the_same_is_asked_about_first() -> None:
    chat = Chat(own=ordered(1)).says("đặt bưu tá lấy hồ sơ khai sinh")
    assert chat.asked == "again"
    assert "Đã có lịch ND261121" in chat.text
    assert chat.taps("Vẫn đặt thêm").asked == "commune"


def test_ended_orders_are_no_duplicates() -> None:
    own = Own(tuple(replace(under, status="delivered") for under in ordered(6).orders))
    assert Chat(own=own).says("đặt bưu tá lấy hồ sơ khai sinh").asked == "commune"


def test_no_more_than_five_open_orders_in_a_chat() -> None:
    assert "1900 54 54 81" in Chat(own=ordered(5, procedure=DEATH)).says("đặt bưu tá lấy hồ sơ khai sinh").text
    chat = summary(own=ordered(5, procedure=DEATH))
    assert not chat.hears(Chose(chat.options.get("Xác nhận đặt", "confirm:00000000"))).placed
    assert Chat(own=ordered(4, procedure=DEATH)).says("đặt bưu tá lấy hồ sơ khai sinh").state != Home()


def test_no_more_than_five_open_orders_with_a_phone() -> None:
    chat = summary(own=Own(same_phone=5)).taps("Xác nhận đặt")
    assert not chat.placed
    assert "Số điện thoại này đang có 5 lịch" in chat.text
    assert len(summary(own=Own(same_phone=4)).taps("Xác nhận đặt").placed) == 1


def test_fifty_pickups_in_a_row_are_not_booked() -> None:
    chat = Chat()
    for n in range(50):
        chat.memory = chat.memory.model_copy(
            update={"draft": WHOLE.model_copy(update={"again": True, "street": f"{n} Trần Phú"})}
        )
        chat.hears(Chose("resume"))
        if "Xác nhận đặt" in chat.options:
            chat.taps("Xác nhận đặt")
    assert len(chat.placed) == 5


# --- in English ---


def test_the_whole_form_in_english() -> None:
    chat = Chat(memory=Memory()).says("please have a postman come on Wednesday morning for my birth registration")
    chat.says("I agree").says("12 Tran Phu, Dong Kinh ward").says("my name is John Smith").says("0912345678")
    chat.says("all ready").says("yes").says("go ahead")
    order = chat.placed[0]
    assert (order.language, order.sender.name, order.address.street) == ("en", "John Smith", "12 Tran Phu")
    assert (order.visit.day, order.visit.shift) == (WEDNESDAY, "morning")
    assert "Booked" in chat.text


# --- whatever happens ---

WORDS = [
    "đặt bưu tá lấy hồ sơ khai sinh", "đặt bưu tá", "đồng ý", "có", "không", "ok", "ok đặt đi", "xác nhận", "thôi",
    "quay lại", "bỏ qua", "đặt tiếp", "sửa", "sửa giờ", "sửa số điện thoại", "12 Trần Phú", "phường Đông Kinh",
    "xã Bắc Sơn", "q1 hcm", "Lạng Sơn", "sáng thứ 2", "24/11", "mai", "tối mai", "lúc nào cũng được", "Lan",
    "Nguyễn Thị Lan", "😀", "0912345678", "091234567", "đủ cả", "thiếu giấy chứng sinh", "à nhầm, số 15",
    "không phải phường Đông Kinh mà Tam Thanh", "tên Hoa chứ không phải Lan", "ghi chú: có chó", "2kg", "hộ nghèo",
    "phí bao nhiêu", "cảm ơn", "nhà cháy cứu với", "làm hộ chiếu", "1", "2", "-1", "english", "tiếng việt", "",
    "mã otp của em là 553211", "xóa dữ liệu của tôi", "hồ sơ của tôi tới đâu rồi", "đăng ký kết hôn", "1.000894",
]  # fmt: skip
OPTIONS = [
    f"book:{BIRTH}", f"book:{MARRIAGE}", f"book:{DEATH}", "book:", f"agree:{VERSION}", "agree:0", "decline", "resume",
    "stop", "drop", "edit", "previous", "confirm:00000000", "put:papers/all/", "put:papers/done/", "put:papers/all/9",
    "put:back/yes", "put:back/no", "put:again/yes", "put:visit/2026-11-23/morning", "put:visit/2020-01-01/morning",
    "put:visit/x/y", "put:commune/05977", "put:commune/99999", "put:name/Lan", "put:weight/250", "put:weight/9999999",
    "put:exemption/poor_household", "put:exemption/x", "put:forward_fee/yes", "put:procedure/1.000894", "put:x/y",
    "have:-/0", "have:9/9", "papersof:0", "papersof:99", "skip:note", "skip:phone", "put:back_to/05977",
    *(f"ask:{asked}" for asked in get_args(Asked)), "ask:x", "none", "home",
]  # fmt: skip
CONTENTS = st.one_of(
    st.sampled_from(WORDS).map(Wrote),
    st.sampled_from(OPTIONS).map(lambda option: Chose(option)),
    st.just("yes"),
    st.sampled_from([Located(21.85, 106.76), Located(0, 0), Introduced("0912345678", "Lê Văn Tám"), Introduced("1")]),
    st.just(Showed("picture")),
    st.text(max_size=60).map(Wrote),
)
STARTS = st.sampled_from([Memory(), AGREED, AGREED.model_copy(update={"draft": WHOLE})])


def yes_of(chat: Chat) -> str | None:
    """The yes of the summary that was shown last."""
    return chat.options.get("Xác nhận đặt") or chat.options.get("Confirm")


@settings(max_examples=150, deadline=None)
@supposing(st.lists(CONTENTS, max_size=14), STARTS)
def test_whatever_is_said_and_tapped_nothing_raises_and_only_a_yes_orders(
    contents: list[object], memory: Memory
) -> None:
    chat = Chat(memory=memory)
    for content in contents:
        before, asked, last = len(chat.placed), chat.state, yes_of(chat)
        heard = Chose(last or "confirm:11111111") if content == "yes" else content
        chat.hears(heard)  # type: ignore[arg-type]
        assert any(line.startswith("[") for line in chat.seen) or not chat.seen or chat.step is None, "no way on"
        assert all(len(option.encode()) <= 64 for option in chat.options.values())
        if len(chat.placed) == before:
            continue
        assert len(chat.placed) == before + 1
        print_ = fingerprint(chat.placed[-1])
        if isinstance(heard, Chose):
            assert heard.option == f"confirm:{print_}"
        else:
            assert isinstance(asked, Booking)
            assert asked.asked == "summary"
            assert asked.among == (print_,)
        assert last == f"confirm:{print_}", "a summary that was not the last one shown"
        assert chat.memory.draft is None


def test_every_question_has_words_and_a_way_out() -> None:
    assert set(QUESTIONS) | {"again", "consent", "summary"} == set(get_args(Asked))
    for asked in get_args(Asked):
        if asked in ("consent", "summary", "again"):
            continue
        chat = summary().hears(Chose(f"ask:{asked}"))
        assert {"[Để sau]", "[Quay lại lịch đang đặt]"} & set(chat.seen), asked


def test_the_given_is_all_the_form_knows() -> None:
    """Equal things in, equal things out: a lost turn may be run again."""
    given: Given = WORLD.given(AGREED.model_copy(update={"draft": WHOLE}), Own(), "test:1")
    event = interpret(Wrote("à nhầm, số 15"), WORLD.understanding)
    state = Booking(asked="summary")
    assert advance(state, event, replace(given, fresh="4F7KQ")) == advance(state, event, replace(given, fresh="4F7KQ"))


# --- said beside ---


@pytest.mark.parametrize("asked", ["procedure", "commune", "name", "papers", "summary"])
def test_cancelling_what_is_not_ordered_stops_the_form(asked: Asked) -> None:
    for words in ("hủy lịch hẹn", "huy don", "cancel my pickup", "thoi khong gui nua", "tôi đổi ý, không gửi nữa"):
        chat = at(asked).says(words)
        assert isinstance(chat.state, Home), words
        assert chat.draft == WHOLE
        assert "Đặt tiếp" in chat.options or "Go on booking" in chat.options


@pytest.mark.parametrize("words", ["hủy lịch hẹn", "thôi không gửi nữa"])
def test_before_the_yes_it_is_a_no(words: str) -> None:
    chat = Chat(memory=Memory()).says("đặt bưu tá lấy hồ sơ khai sinh").says(words)
    assert isinstance(chat.state, Home)
    assert "không giữ gì" in chat.text


def test_an_order_under_way_is_meant_first() -> None:
    chat = summary().taps("Xác nhận đặt")
    chat.says("đặt bưu tá lấy hồ sơ khai tử").says("hủy lịch hẹn")
    assert isinstance(chat.state, Managing)
    assert chat.state.asked == "cancel"


def test_another_day_for_the_appointment_is_that_of_the_draft() -> None:
    assert at("name").says("đổi lịch hẹn sang chiều thứ 4").draft.day == WEDNESDAY
    assert at("name").says("đổi lịch hẹn").asked == "visit"


@pytest.mark.parametrize(
    "words", ["hết bao nhiêu tiền", "phí bao nhiêu", "cước bao nhiêu", "tiền gửi bao nhiêu", "how much is it"]
)
def test_the_price_in_a_form_is_the_postage(words: str) -> None:
    chat = at("street", WHOLE.model_copy(update={"street": None, "back": None})).says(words)
    assert "53.000 đ" in chat.text or "53,000 VND" in chat.text
    assert chat.asked == "street"
    without = at("street", WHOLE.model_copy(update={"street": None, "back": False})).says("hết bao nhiêu tiền")
    assert "Tổng cước: 26.000 đ" in without.text


def test_of_no_procedure_yet_the_price_is_told_in_general() -> None:
    chat = at("procedure", Draft()).says("cước bưu điện bao nhiêu")
    assert chat.asked == "procedure"
    assert "Cước" in chat.text


@pytest.mark.parametrize("words", ["khai tử cần giấy tờ gì", "đăng ký thường trú cần giấy tờ gì"])
def test_papers_beside_the_form_speak_of_no_buttons(words: str) -> None:
    chat = at("name").says(words)
    assert "• Tờ khai" in chat.text
    assert not {"chọn", "bấm", "ở dưới"} & set(chat.text.lower().partition("ai giao hồ sơ")[0].split())
    assert "chọn trường hợp" not in chat.text


def test_at_home_in_a_form_speaks_of_no_button_there_is_not() -> None:
    assert "Đặt bưu tá đến nhà" not in at("commune").says("gửi qua bưu điện được không").text


def test_a_sticker_in_a_form_only_asks_again() -> None:
    chat = at("name").hears(Showed("sticker"))
    assert chat.seen[0].startswith("Ai giao hồ sơ cho bưu tá?")


def test_where_a_post_office_is_asks_nothing_of_the_form() -> None:
    chat = at("name", WHOLE.model_copy(update={"commune": None})).says("bưu cục gần nhất")
    assert "bưu cục gần phường Đông Kinh" in chat.text
    assert "Anh/chị ở xã, phường nào?" not in chat.text
    assert chat.asked == "name"


def test_another_procedure_is_put_in_by_words_of_correction() -> None:
    chat = at("visit", WHOLE.model_copy(update={"day": None, "shift": None}))
    assert chat.says("à nhầm, khai tử chứ không phải khai sinh").draft.procedure == DEATH
    assert chat.says("đổi sang khai sinh").draft.procedure == BIRTH
    assert at("summary").says("à nhầm, Lan").draft.procedure == BIRTH


def test_words_around_a_day_are_no_name() -> None:
    chat = at("name", WHOLE.model_copy(update={"name": None, "day": None, "shift": None}))
    chat.says("no wait, thursday morning")
    assert (chat.asked, chat.draft.name, chat.draft.shift) == ("name", None, "morning")


def test_a_whole_name_in_capitals_replaces_the_one_before() -> None:
    assert at("summary").says("Trần Văn Bảy").draft.name == "Trần Văn Bảy"
