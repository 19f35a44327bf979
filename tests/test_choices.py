"""Where there are no buttons, a choice is its number, or its words, and nothing else is taken for one."""

import unicodedata
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import SendError
from bot.choices import choice_in, choices_of, chosen, is_tick, number_in_words
from bot.dialogue.events import Chose, ChoseAll, Heard, Misnumbered, Wrote
from bot.dialogue.states import ASKABLE, AnyState, Booking, Draft, Home, Managing, Reading, Tracking
from bot.dialogue.world import World
from bot.storage.store import Store
from bot.texts.message import Message, ShownButton, ShownLine
from bot.turn import Turns
from knowledge.text import fold

WAYS = (
    "{n}", " {n} ", "{n}.", "{n})", "({n})", "#{n}", "0{n}",
    "số {n}", "so {n}", "SỐ {n}", "Số {n} ạ", "số {n} nhé", "chon {n}", "chọn {n}", "Chọn số {n}", "em chọn {n}",
    "dạ em chọn số {n} ạ", "tôi lấy cái số {n}", "cái thứ {n}", "ý {n}", "phương án {n}", "{n} ạ", "{n} đi",
    "{n} nhé em cảm ơn".replace(" em", ""), "no. {n}", "number {n} please", "option {n}", "I choose number {n}",
)  # fmt: skip

NO_CHOICE = (
    "0", "00", "thứ 2", "thứ 3", "chiều thứ 2", "thứ 2 nhé", "ngày 2", "mùng 2", "2 giờ", "2h", "2/9", "2-9", "2 kg",
    "2kg", "2 bộ", "2 ngày nữa", "12 Trần Phú", "số 2 Trần Phú", "2A", "2B Lê Lợi", "ngõ 2", "thôn 2", "tổ 2", "khu 2",
    "phường 2", "0912345678", "123", "1234", "2026", "1.001193", "001199000123", "H26.15-261112-0042", "2,5", "1 2",
    "1 và 2", "2 người", "lớp 1", "mức 2", "hai mươi", "thứ hai", "thứ tư", "bà", "mốt",
    "sau", "tu", "chọn sau", "lấy năm cái", "năm ngoái", "2 2", "", "   ", "?", "số", "chọn", "số 2 số 3", "không 2",
)  # fmt: skip


def menu(*labels: str, first: str = "o") -> tuple[Message, ...]:
    return (Message((), tuple(ShownButton(f"{first}:{n}", label) for n, label in enumerate(labels, 1))),)


LONG = menu(*(f"Lựa chọn {letter}" for letter in "abcdefghijklmnopqrst"))
NOTHING = (Message((ShownLine("Vâng."),)),)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_number_chooses_however_it_is_said(way: str, form: str) -> None:
    for number in (1, 2, 9):
        said = unicodedata.normalize(form, way.format(n=number))
        assert chosen(said, [LONG]) == Chose(f"o:{number}", LONG[0].buttons[number - 1].label), said


@given(st.integers(1, 40), st.integers(1, 99), st.sampled_from(WAYS))
def test_what_is_shown_with_a_number_is_what_it_chooses(size: int, number: int, way: str) -> None:
    """In one message or over several; a number nobody offered chooses nothing."""
    labels = [f"Lựa chọn {n}." for n in range(size)]
    half = size // 2
    several = (menu(*labels[:half])[0], NOTHING[0], menu(*labels[half:], first="p")[0])
    for shown in (menu(*labels), several):
        choices = choices_of(shown)
        said = way.format(n=number) if number < 10 else way.replace("0{n}", "{n}").format(n=number)
        found = chosen(said, [shown])
        if number <= size:
            assert found == Chose(choices[number - 1].option, choices[number - 1].label)
        else:
            assert found is None


@pytest.mark.parametrize("said", NO_CHOICE)
def test_what_only_has_a_number_in_it_chooses_nothing(said: str) -> None:
    assert chosen(said, [LONG]) is None


@given(st.text(max_size=30))
def test_whatever_else_is_written_chooses_nothing_by_number(said: str) -> None:
    """Only what says one number, and small words around it."""
    found = chosen(said, [LONG])
    numbers = "".join(c if c.isdigit() else " " for c in unicodedata.normalize("NFKD", said)).split()
    if found:
        by_word = number_in_words(said)
        assert fold(found.label) == fold(said) or [int(n) for n in numbers] == [int(found.option[2:])] or by_word


IN_WORDS = {
    "hai": 2, "Ba": 3, "một ạ": 1, "mot": 1, "số một": 1, "so hai": 2, "số tư": 4, "so tu": 4, "cái thứ hai": 2,
    "em chọn số năm ạ": 5, "chọn mười": 10, "so sau": 6, "sáu": 6, "lấy cái thứ ba nhé": 3, "bảy": 7, "tám": 8,
    "CHÍN": 9,
}  # fmt: skip


@pytest.mark.parametrize("said", IN_WORDS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_number_may_be_said_in_words(said: str, form: str) -> None:
    found = chosen(unicodedata.normalize(form, said), [LONG])
    assert found == Chose(f"o:{IN_WORDS[said]}", LONG[0].buttons[IN_WORDS[said] - 1].label)


@pytest.mark.parametrize("asked", ["name", "street", "weight", "commune", "note"])
def test_where_any_words_or_a_number_are_asked_for_words_are_no_choice(asked: Any) -> None:
    for said in ("Nam", "ba", "số hai"):
        assert chosen(said, [LONG], Booking(asked=asked)) is None


def test_a_number_that_is_not_there_is_said_to_be_none() -> None:
    menu_of_two = [menu("Có", "Không")]
    for said in ("0", "3", "12", "99", "số 3", "so ba", "chọn mười", "cái thứ năm"):
        assert choice_in(said, menu_of_two) == Misnumbered(2), said
        assert choice_in(said, [*menu_of_two, NOTHING], Booking(asked="visit")) == Misnumbered(2), said
    for said in ("100", "113", "1 3", "thứ 3", "12 Trần Phú", "3 bộ"):
        assert choice_in(said, menu_of_two) is None, said
    assert choice_in("3", [NOTHING]) is None


@pytest.mark.parametrize(
    "state", [*(Booking(asked=one) for one in ("weight", "street", "note")), Tracking(asked="digits"),
              Managing(number="ND1", asked="correct")],
)  # fmt: skip
def test_what_asks_for_a_number_is_answered_by_it(state: AnyState) -> None:
    assert choice_in("12", [menu("Có", "Không")], state) is None


BOXES = (
    Message(
        (),
        (
            ShownButton("tick:1.001193/-/-/0/on", "☐ Tờ khai"),
            ShownButton("tick:1.001193/-/-/1/off", "☑ Căn cước"),
            ShownButton("tick:1.001193/-/-/2/on", "☐ Giấy chứng sinh"),
            ShownButton("show:1.001193", "Xem"),
            ShownButton("person", "Gặp người"),
        ),
    ),
)
SEVERAL = {
    "1, 3": "13", "1,3": "13", "1 3": "13", "1 va 3": "13", "số 1 và 3": "13", "số 1, số 3 ạ": "13", "1+3": "13",
    "em chọn 3 với 1": "31", "1, 2, 3": "123", "3, 3": "3", "1, 3, 4": "134", "2, 4": "24", "2 và 2": "2",
}  # fmt: skip


@pytest.mark.parametrize("said", SEVERAL)
def test_several_boxes_are_ticked_at_once_and_a_tick_stays(said: str) -> None:
    chosen_there = choice_in(said, [BOXES])
    assert isinstance(chosen_there, ChoseAll)
    wanted = [BOXES[0].buttons[int(number) - 1] for number in SEVERAL[said]]
    assert [one.option for one in chosen_there.choices] == [one.option.replace("/off", "/on") for one in wanted]
    assert [one.label for one in chosen_there.choices] == [one.label for one in wanted]


def test_a_list_is_none_where_one_is_chosen_or_it_is_something_else() -> None:
    for said in ("1, 2", "1 va 2"):
        assert choice_in(said, [LONG]) is None
        assert choice_in(said, [BOXES], Booking(asked="street")) is None
    for said in ("2/9", "1-3", "1:30", "1, 2 Trần Phú", "1001 2"):
        assert choice_in(said, [BOXES]) is None, said
    for said in ("1, 7", "0 1", "4, 5", "4, 1"):
        assert choice_in(said, [BOXES]) == Misnumbered(5), said


def test_three_digits_and_more_are_never_a_choice() -> None:
    hundred = menu(*(f"Xã {n}" for n in range(120)))
    for number in (*range(100, 130), 999, 1000, 2026, 10**9):
        assert chosen(f"{number}", [hundred]) is None


def test_a_number_counts_for_what_was_offered_last() -> None:
    older, newer = menu("Giấy tờ", "Lệ phí", "Hủy"), menu("Có", "Không", first="n")
    assert chosen("2", [older, newer, NOTHING]) == Chose("n:2", "Không")
    assert chosen("3", [older, newer]) is None
    assert chosen("1", []) is None
    assert chosen("1", [NOTHING]) is None


@pytest.mark.parametrize("said", ["Lệ phí", "le phi", "LỆ PHÍ!", " lệ  phí ", unicodedata.normalize("NFD", "lệ phí")])
def test_the_words_of_a_choice_count_as_long_as_it_is_remembered(said: str) -> None:
    older, newer = menu("Giấy tờ", "Lệ phí"), menu("Có", "Không", first="n")
    assert chosen(said, [older, newer]) == Chose("o:2", "Lệ phí")


def test_words_that_stood_on_several_choices_choose_the_one_on_screen_or_none() -> None:
    older, newer, other = menu("Lệ phí", "Hủy"), menu("Lệ phí", first="n"), menu("Có", first="p")
    assert chosen("lệ phí", [older, newer]) == Chose("n:1", "Lệ phí")
    assert chosen("lệ phí", [older, newer, other]) is None  # of which procedure? The words will tell
    assert chosen("lệ phí", [older, older, other]) == Chose("o:1", "Lệ phí")


def test_part_of_the_words_is_no_choice() -> None:
    assert chosen("lệ", [menu("Lệ phí")]) is None
    assert chosen("lệ phí bao nhiêu", [menu("Lệ phí")]) is None
    assert chosen("!!!", [menu("???")]) is None  # folded, nothing is left of either


@pytest.mark.parametrize("asked", ["street", "back_to"])
def test_where_a_house_is_asked_for_only_the_bare_number_chooses(asked: Any) -> None:
    """ "Số 2" says which house."""
    ways, state = menu("Quay lại", "Dừng"), Booking(asked=asked)
    assert chosen("2", [ways], state) == chosen(" 2. ", [ways], state) == Chose("o:2", "Dừng")
    for said in ("số 2", "so 2", "nhà số 2", "số 2 ạ", "Số 2, Trần Phú"):
        assert chosen(said, [ways], state) is None
        assert chosen(said, [ways], Booking(asked="visit")) == (None if "n" in said else Chose("o:2", "Dừng"))


@pytest.mark.parametrize("asked", ASKABLE)
def test_where_any_words_are_an_answer_older_choices_are_forgotten(asked: Any) -> None:
    older, newer = menu("Phường Đông Kinh", "Chợ"), menu("Quay lại", "Dừng", first="n")
    free = asked in {"street", "back_to", "commune", "name", "receiver", "landmark", "note"}
    found = chosen("phường Đông Kinh", [older, newer], Booking(asked=asked))
    assert found == (None if free else Chose("o:1", "Phường Đông Kinh"))
    assert chosen("dừng", [older, newer], Booking(asked=asked)) == Chose("n:2", "Dừng")


def test_elsewhere_the_state_does_not_matter() -> None:
    for state in (None, Home(), Reading(code="1.001193")):
        assert chosen("số 2", [LONG], state) == Chose("o:2", "Lựa chọn b")


# through the whole bot


class Page:
    """Takes what is sent to it, and fails when told to."""

    def __init__(self) -> None:
        self.shown: list[tuple[Message, ...]] = []
        self.failures: list[SendError] = []

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.shown.append(messages)

    @property
    def title(self) -> str:
        return self.shown[-1][0].lines[0].words


class Citizen:
    def __init__(self, store: Store, world: World, channel: str) -> None:
        self.page, self.numbers, self.channel = Page(), count(), channel
        self.turns = Turns(store, world, {channel: self.page})

    async def says(self, words: str) -> str:
        """The first line of the answer."""
        await self.turns.take(Heard(self.channel, "1", f"{next(self.numbers)}", Wrote(words)))
        return self.page.title

    def state(self) -> Any:
        kept = self.turns.store.run_now(lambda unit: unit.conversations.get(f"{self.channel}:1")).conversation
        return kept.state if kept else None

    def at(self, asked: Any) -> None:
        """The form has come so far."""
        draft = Draft(procedure="1.001193")
        self.turns.store.run_now(lambda unit: self._put(unit, Booking(asked=asked), draft))

    def _put(self, unit: Any, state: Any, draft: Draft) -> None:
        stored = unit.conversations.get(f"{self.channel}:1")
        memory = stored.conversation.memory.model_copy(update={"draft": draft})
        unit.conversations.save(f"{self.channel}:1", stored, replace_in(stored.conversation, state, memory))


def replace_in(conversation: Any, state: Any, memory: Any) -> Any:
    return conversation.model_copy(update={"state": state, "memory": memory})


@pytest.fixture(params=["zalo", "zalobot"])
def citizen(request: pytest.FixtureRequest, local_store: Store, world: World) -> Citizen:
    return Citizen(local_store, world, request.param)


async def test_a_number_taps_the_choice_on_screen(citizen: Citizen) -> None:
    await citizen.says("toi muon lam lai so do bi mat")
    labels = [button.label for button in choices_of(citizen.page.shown[-1])]
    answer = await citizen.says(f"{labels.index('Phí, lệ phí') + 1}")
    assert answer.startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")


async def test_where_there_are_buttons_a_number_is_what_was_written(local_store: Store, world: World) -> None:
    citizen = Citizen(local_store, world, "telegram")
    await citizen.says("toi muon lam lai so do bi mat")
    labels = [button.label for button in choices_of(citizen.page.shown[-1])]
    answer = await citizen.says(f"{labels.index('Phí, lệ phí') + 1}")
    assert not answer.startswith("Phí, lệ phí")


async def test_what_the_citizen_has_not_seen_yet_is_not_chosen_from(citizen: Citizen, clock: Any) -> None:
    """A notice for tomorrow morning, one that waits for their word, an answer that did not get through."""
    await citizen.says("toi muon lam lai so do bi mat")
    labels = [button.label for button in choices_of(citizen.page.shown[-1])]
    fees = f"{labels.index('Phí, lệ phí') + 1}"
    address, store = f"{citizen.channel}:1", citizen.turns.store
    unseen = menu(*(f"Chưa thấy {n}" for n in range(9)), first="unseen")
    tomorrow = clock.now() + timedelta(days=1)
    store.run_now(lambda unit: unit.turns.notify(address, "tomorrow", unseen, tomorrow))
    assert (await citizen.says(fees)).startswith("Phí, lệ phí")

    await citizen.says("toi muon lam lai so do bi mat")
    citizen.page.failures = [SendError("down", retryable=True, outage=True)]
    await citizen.turns.take(Heard(citizen.channel, "1", "lost", Wrote("khai sinh")))
    assert (await citizen.says(fees)).startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")


async def test_once_it_was_seen_a_notice_is_chosen_from(citizen: Citizen) -> None:
    await citizen.says("toi muon lam lai so do bi mat")
    seen = (Message((ShownLine("Mời chọn"),), (ShownButton("show:1.001193", "Khai sinh"),)),)
    citizen.turns.store.run_now(lambda unit: unit.turns.notify(f"{citizen.channel}:1", "now", seen))
    await citizen.turns.deliver_owed()
    assert await citizen.says("1") == "Đăng ký khai sinh"


WEIGHTS = {"50": 50, "90": 90, "120": 120, "300 g": 300, "2 kg": 2000, "1kg": 1000}


@pytest.mark.parametrize("said", WEIGHTS)
async def test_a_weight_is_a_weight_though_weights_are_offered(citizen: Citizen, said: str) -> None:
    await citizen.says("đặt lịch lấy hồ sơ khai sinh")
    citizen.at("weight")
    await citizen.says("?")  # what can be chosen stands on screen now
    assert 5 < len(choices_of(citizen.page.shown[-1])) < 10
    await citizen.says(said)
    kept = citizen.turns.store.run_now(lambda unit: unit.conversations.get(f"{citizen.channel}:1")).conversation
    assert kept is not None
    assert kept.memory.draft is not None
    assert kept.memory.draft.grams == WEIGHTS[said]


async def test_several_papers_are_ticked_by_one_message(citizen: Citizen) -> None:
    await citizen.says("trich luc khai sinh")
    await citizen.says("giấy tờ đầy đủ")
    boxes = [button.label for button in choices_of(citizen.page.shown[-1]) if is_tick(button)]
    assert len(boxes) > 1
    await citizen.says("1, 2")
    ticked = [button.label for button in choices_of(citizen.page.shown[-1]) if is_tick(button)]
    assert [label[0] for label in ticked] == ["☑", "☑", *"☐" * (len(boxes) - 2)]
    before = citizen.state()
    await citizen.says("1 va 2")  # once more
    assert citizen.state() == before
    assert [button.label for button in choices_of(citizen.page.shown[-1]) if is_tick(button)] == ticked


@pytest.mark.parametrize("said", ["99", "0", "so 40"])
async def test_a_number_that_is_not_there_changes_nothing(citizen: Citizen, said: str) -> None:
    await citizen.says("toi muon lam lai so do bi mat")
    menu_shown, before = choices_of(citizen.page.shown[-1]), citizen.state()
    assert await citizen.says(said) == (f"Chỉ có các số từ 1 đến {len(menu_shown)}, anh/chị chọn giúp bot một số nhé.")
    assert citizen.state() == before
    fees = [button.label for button in menu_shown].index("Phí, lệ phí") + 1
    assert (await citizen.says(f"{fees}")).startswith("Phí, lệ phí: Cấp lại sổ đỏ bị mất")


async def test_a_house_and_a_weight_are_not_held_against_the_menu(citizen: Citizen) -> None:
    await citizen.says("đặt lịch lấy hồ sơ khai sinh")
    citizen.at("street")
    assert not (await citizen.says("12")).startswith("Chỉ có")
