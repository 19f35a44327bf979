"""Whatever is written or tapped, in whatever state: an answer, never an exception, never a dead button."""

from datetime import date, datetime, time
from functools import cache
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import know
from bot.dialogue.checklist import ticked_or_not
from bot.dialogue.events import Chose, Content, Kind, Said, Showed, Started, Wrote, interpret
from bot.dialogue.finding import fields
from bot.dialogue.states import (
    ASKABLE,
    AnyState,
    Booking,
    Choosing,
    Draft,
    Home,
    Locating,
    Managing,
    Memory,
    Option,
    Reading,
    Tracking,
    Waiting,
)
from bot.dialogue.step import Step, Text
from bot.dialogue.table import ANSWERS, advance
from bot.dialogue.ways import ASPECTS, LONGEST
from bot.dialogue.world import Looked, Outcome
from bot.texts.render import LANGUAGES, render, words
from knowledge.explanation import all_papers, fees_on, papers_of
from knowledge.understanding import Is
from procedures_catalog.catalog import load

TELEGRAM = 4096  # characters of a message
DAY = date(2026, 11, 21)
WORLD = know(load(), at=lambda: datetime.combine(DAY, time(12)))
CODES = sorted(WORLD.catalog)
LOST_CODE = "9.999999"  # stood in yesterday's catalogue


def answer(
    content: Content,
    state: AnyState = Home(),  # noqa: B008
    memory: Memory = Memory(),  # noqa: B008
    outcome: Outcome = "down",
) -> Step:
    """With what a dossier's system says, should it be asked."""
    event = interpret(content, WORLD.understanding)
    step = advance(state, event, WORLD.given(memory))
    if step.query is None:
        return step
    return advance(state, event, WORLD.given(memory, looked=Looked(step.query, outcome)))


def keys(step: Step) -> list[str]:
    return [line.words.key for reply in step.replies for line in reply.lines if isinstance(line.words, Text)]


def options(step: Step) -> list[str]:
    return [button.option for reply in step.replies for button in reply.buttons]


def shown(step: Step, language: str) -> list[str]:
    """Each message as text."""
    return ["\n".join(line.words for line in render(reply, language).lines) for reply in step.replies]


@cache
def every_option() -> frozenset[str]:
    """Every option any button carries, found by tapping on and on from the first screens."""
    found: set[str] = set()
    ahead = [o for code in CODES for o in options(answer(Chose(f"show:{code}")))]
    ahead += [f"show:{code}" for code in CODES] + options(answer(Started())) + options(answer(Wrote("bằng lái xe")))
    while ahead:
        option = ahead.pop()
        if option not in found:
            found.add(option)
            leads_on = not option.startswith("tick:")  # to the same screen with another tick
            ahead += options(answer(Chose(option))) if leads_on else ()
    return frozenset(found)


codes = st.sampled_from([*CODES[:40], LOST_CODE])
waiting = st.builds(Waiting, said=st.sampled_from(["mai 9h", "à thôi, buổi chiều"]), day=st.sampled_from([None, DAY]))
states = st.one_of(
    st.just(Home()),
    st.just(Locating()),
    st.builds(
        Booking,
        asked=st.sampled_from(ASKABLE),
        pending=st.lists(waiting, max_size=3).map(tuple),
    ),
    st.builds(
        Managing,
        number=st.just("ND261122-4F7KQ6"),
        asked=st.sampled_from([None, "cancel", "move", "correct"]),
    ),
    st.builds(
        Tracking,
        code=st.sampled_from([None, "H26.15-260812-0042"]),
        asked=st.sampled_from([None, "code", "digits"]),
    ),
    st.builds(Reading, code=codes),
    st.builds(
        Choosing,
        options=st.lists(
            st.builds(
                Option,
                trait=st.sampled_from([None, "again", "first", "domestic", "foreign", "commune+province", "nonsense"]),
                codes=st.lists(codes, min_size=1, max_size=8).map(tuple),
            ),
            max_size=5,
        ).map(tuple),
    ),
)
drafts = st.builds(
    Draft,
    procedure=st.one_of(st.none(), codes),
    name=st.sampled_from([None, "Nguyễn Thị Lan"]),
    commune=st.sampled_from([None, "05977"]),
    papers_seen=st.booleans(),
)
memories = st.builds(
    Memory,
    draft=st.one_of(st.none(), drafts),
    consent=st.sampled_from([None, "1"]),
    language=st.sampled_from(LANGUAGES),
    met=st.booleans(),
    ticked=st.lists(st.sampled_from(["1.001193/-/0", "9.999999/-/0", "rubbish", ""]), max_size=4).map(tuple),
)
# fmt: off
SAYINGS = (
    "1", "cái thứ hai", "cấp lại", "không", "có", "ok", "phí bao nhiêu", "gửi bưu điện được không", "thôi", "chào",
    "english", "xóa cuộc trò chuyện", "nhà cháy", "otp là 123456", "H26.15-260812-0042", "EF123456789VN",
    "lên huyện", "làm giấy khai sinh", "1.001193", "9.999999", "sổ đỏ", "trong nước", "ở xã", "giúp", "gặp cán bộ",
    "mày ngu thế", "hồ sơ tới đâu rồi", "mẫu đơn", "ai làm được",
)
# fmt: on
said = st.one_of(st.text(max_size=200), st.sampled_from(SAYINGS))
verbs = st.sampled_from(
    ["show", "case", "tick", "among", "faq", "lang", "none", "home", "help", "person", *ASPECTS, "x", ""]
)
rests = st.one_of(
    st.text(max_size=80),
    st.builds(
        lambda code, more: f"{code}{more}", codes, st.sampled_from(["", "/", "/0", "/-/-/0", "/٣", "/99/0/0", "/a/b/c"])
    ),
)
tapped = st.builds(lambda verb, rest: f"{verb}:{rest}", verbs, rests)
contents = st.one_of(
    st.builds(Wrote, said),
    st.builds(Chose, st.one_of(tapped, st.text(max_size=80))),
    st.builds(Started, st.one_of(st.text(max_size=80), st.sampled_from(["th_1-001193", "1-001193", "9-999999"]))),
    st.builds(Showed, st.sampled_from(get_args(Kind))),
)


@settings(max_examples=400, deadline=None)
@given(states, memories, contents)
def test_anything_in_any_state_is_answered_in_both_languages(state: AnyState, memory: Memory, content: Content) -> None:
    step = answer(content, state, memory)
    assert step.replies
    for language in LANGUAGES:
        for reply in step.replies:
            message = render(reply, language)
            assert all(line.words.strip() for line in message.lines)
            assert message.lines
            assert all(button.label.strip() for button in message.buttons)
    assert all(len(option.encode()) <= LONGEST for option in options(step))
    assert type(step.state) in ANSWERS


@settings(max_examples=200, deadline=None)
@given(states, contents)
def test_a_step_is_the_same_each_time(state: AnyState, content: Content) -> None:
    assert answer(content, state) == answer(content, state)


@settings(max_examples=200, deadline=None)
@given(states, said)
def test_there_is_always_a_way_on(state: AnyState, words: str) -> None:
    assert options(answer(Wrote(words), state))


def test_every_option_fits_the_smallest_channel() -> None:
    assert len(every_option()) > 10 * len(CODES)
    assert [o for o in every_option() if len(o.encode()) > LONGEST] == []


def test_a_button_of_yesterday_still_does_what_it_said() -> None:
    dead = [option for option in sorted(every_option()) if "button.old" in keys(answer(Chose(option)))]
    assert dead == []


NO_MORE = [
    *(f"{verb}:{LOST_CODE}" for verb in ("show", "fee", "among")),
    f"tick:{LOST_CODE}/-/-/0",
    "tick:1.001193/-/-/99",
    "case:1.004222/99",
    "faq:gone",
    "lang:fr",
    "show:",
    "x",
    "",
]


@pytest.mark.parametrize("option", NO_MORE)
def test_a_button_of_what_is_no_more_is_answered_politely(option: str) -> None:
    step = answer(Chose(option), Reading(code="1.001193"))
    assert keys(step) == ["button.old"]
    assert options(step)


@pytest.mark.parametrize("code", CODES)
def test_a_procedure_is_shown_with_all_that_matters(code: str) -> None:
    step = answer(Chose(f"show:{code}"))
    assert step.state == Reading(code=code)
    assert {"fee.heading", "time.heading", "reading.place", "source.line"} <= set(keys(step))
    assert {f"fee:{code}", f"post:{code}", "person"} <= set(options(step))
    for language in LANGUAGES:
        (screen,) = shown(step, language)
        assert len(screen) <= TELEGRAM
        assert WORLD.catalog[code].title in screen


@pytest.mark.parametrize("code", CODES)
def test_each_side_of_a_procedure_is_told_and_leads_back(code: str) -> None:
    for aspect in ASPECTS:
        step = answer(Chose(f"{aspect}:{code}"))
        assert keys(step)[0] == f"aspect.{aspect}"
        assert {f"show:{code}", "person"} <= set(options(step))
        for language in LANGUAGES:
            assert all(len(screen) <= 2 * TELEGRAM for screen in shown(step, language))
            assert len(shown(step, language)[0]) > len(WORLD.catalog[code].title)


@pytest.mark.parametrize("code", CODES)
def test_the_fee_said_is_the_fee_known(code: str) -> None:
    procedure = WORLD.catalog[code]
    (screen,) = shown(answer(Chose(f"fee:{code}")), "vi")
    due = fees_on(procedure, DAY)
    free = [f for f in due if f.amount == 0]
    unknown = [f for f in due if f.amount is None]
    assert screen.count("không phải trả") >= len(free)
    assert ("hỏi nơi nhận hồ sơ" in screen) == bool(unknown or not due)
    for fee in due:
        if fee.amount:
            assert f"{int(fee.amount):,}".replace(",", ".") in screen


@pytest.mark.parametrize("code", CODES)
def test_an_obstacle_of_the_post_is_told(code: str) -> None:
    postal = WORLD.catalog[code].postal
    for screen in (shown(answer(Chose(f"post:{code}")), "vi")[0], shown(answer(Chose(f"show:{code}")), "vi")[0]):
        for way, says in ((postal.send, "Gửi hồ sơ qua bưu điện"), (postal.back, "Nhận kết quả tại nhà")):
            verdict = {True: "được", False: "không được, vì ", None: "chưa rõ"}[way.possible]
            assert f"{says}: {verdict}" in screen


@pytest.mark.parametrize("code", CODES)
def test_every_case_and_every_tick_works(code: str) -> None:
    procedure = WORLD.catalog[code]
    for case in (None, *range(len(procedure.cases))):
        if case is not None:
            assert keys(answer(Chose(f"case:{code}/{case}")))[0] == "aspect.papers"
        memory = Memory()
        for paper in papers_of(procedure, case):
            step = answer(Chose(f"tick:{code}/{'-' if case is None else case}/{paper.key}"), memory=memory)
            assert step.memory is not None
            assert f"{code}/{paper.key}" in step.memory.ticked
            memory = step.memory
            assert shown(step, "vi")[0]
            assert sum("☑" in b.label for b in render(step.replies[0], "vi").buttons) == len(memory.ticked)
        if papers_of(procedure, case):
            assert "papers.complete" in keys(answer(Chose(f"papers:{code}"), memory=memory) if case is None else step)


def test_a_tick_is_taken_away_again_and_others_stay() -> None:
    memory = Memory(ticked=("1.001193/-/0", "1.001193/-/1", "2.000815/-/0"))
    step = answer(Chose("tick:1.001193/-/-/0"), memory=memory)
    assert step.memory is not None
    assert step.memory.ticked == ("1.001193/-/1", "2.000815/-/0")


def test_a_tick_outlasts_another_procedure_and_the_language() -> None:
    memory = answer(Chose("tick:1.001193/-/-/1")).memory
    assert memory is not None
    memory = answer(Wrote("english"), Reading(code="1.001193"), memory).memory
    assert memory is not None
    assert memory.language == "en"
    assert memory.ticked == ("1.001193/-/1",)


def test_a_box_says_what_it_makes_of_its_paper() -> None:
    """So that a second tap, or one on an older copy of the list, changes nothing."""
    listed = answer(Chose("papers:1.001193"))
    box = options(listed)[0]
    assert box == "tick:1.001193/-/-/0/on"
    once = answer(Chose(box))
    assert once.memory is not None
    twice = answer(Chose(box), memory=once.memory)
    assert twice.memory is not None
    assert twice.memory.ticked == once.memory.ticked == ("1.001193/-/0",)
    assert options(once)[0] == "tick:1.001193/-/-/0/off"
    off = answer(Chose("tick:1.001193/-/-/0/off"), memory=twice.memory)
    assert off.memory is not None
    assert off.memory.ticked == ()


def test_a_box_of_before_turns_its_paper_round() -> None:
    once = answer(Chose("tick:1.001193/-/-/0"))
    assert once.memory is not None
    assert once.memory.ticked == ("1.001193/-/0",)
    twice = answer(Chose("tick:1.001193/-/-/0"), memory=once.memory)
    assert twice.memory is not None
    assert twice.memory.ticked == ()


def test_only_papers_there_are_can_be_ticked() -> None:
    procedure = WORLD.catalog["1.001193"]
    assert ticked_or_not(procedure, None, "5/0", WORLD.given(Memory())) is None
    assert len({p.key for p in all_papers(procedure)}) == len(all_papers(procedure))


def test_ticks_remembered_are_limited() -> None:
    memory = Memory(ticked=tuple(f"1.004222/-/{i}" for i in range(100, 160)))
    step = answer(Chose("tick:1.001193/-/-/0"), memory=memory)
    assert step.memory is not None
    assert len(step.memory.ticked) == 60
    assert step.memory.ticked[-1] == "1.001193/-/0"


def test_forgetting_forgets_all() -> None:
    step = answer(Wrote("xóa cuộc trò chuyện"), Reading(code="1.001193"), Memory(met=True, ticked=("1.001193/-/0",)))
    assert step.forget
    assert step.state == Home()
    assert step.memory is None


@pytest.mark.parametrize("words", ["nhà cháy cứu với", "chong danh toi", "mẹ tôi bất tỉnh"])
@pytest.mark.parametrize("state", [Home(), Reading(code="1.001193"), Choosing(options=(Option(codes=("1.001193",)),))])
def test_danger_comes_first_wherever_the_conversation_is(words: str, state: AnyState) -> None:
    step = answer(Wrote(words), state)
    assert keys(step)[0].startswith("danger.")
    assert step.state == state
    assert (step.replies[0].lines[0].link or "").startswith("tel:11")


def test_no_procedure_is_put_before_somebody_in_danger_by_chance() -> None:
    """ "đau tim" is folded like "dấu tím", a stamp for papers going abroad."""
    assert options(answer(Wrote("đau tim quá"))) == ["person"]


def test_the_question_about_another_country_takes_a_plain_no() -> None:
    options_ = (Option(trait="foreign", codes=("2.000528",)), Option(trait="domestic", codes=("1.001193",)))
    assert answer(Wrote("không"), Choosing(options=options_)).state == Reading(code="1.001193")
    assert answer(Wrote("trong nước"), Choosing(options=options_)).state == Reading(code="1.001193")
    assert answer(Wrote("có yếu tố nước ngoài"), Choosing(options=options_)).state == Reading(code="2.000528")


def test_a_new_wish_while_choosing_is_a_new_wish() -> None:
    options_ = (Option(trait="first", codes=("1.014061",)), Option(trait="again", codes=("1.014064",)))
    assert answer(Wrote("đăng ký kết hôn"), Choosing(options=options_)).state == Reading(code="1.000894")


def test_what_the_state_does_not_take_home_answers() -> None:
    step = advance(Reading(code=LOST_CODE), Said(Is("agree")), WORLD.given(Memory()))
    assert keys(step) == ["home.welcome"]


def test_the_first_greeting_warns_of_fraud_once() -> None:
    first = answer(Wrote("chào em"))
    assert "welcome.fraud" in keys(first)
    assert first.memory is not None
    assert "welcome.fraud" not in keys(answer(Wrote("chào em"), Home(), first.memory))


def test_in_english_buttons_carry_english_titles() -> None:
    step = answer(Chose("fee:1.001193"), memory=Memory(language="en"))
    labels = [button.label for button in render(step.replies[0], "en").buttons]
    assert "Back to: Birth registration" in labels


def test_the_number_is_not_spoken_against_in_its_own_line() -> None:
    """The doubt stands once, behind all the numbers, in words of its own."""
    said = shown(answer(Chose("person")), "vi")[0].splitlines()
    assert [line for line in said if "1800 1096" in line] == [
        "Tổng đài Dịch vụ công quốc gia: 1800 1096 (hỏi thủ tục và nộp hồ sơ trực tuyến)"
    ]
    assert len([line for line in said if "chưa có văn bản nhà nước nào xác nhận" in line]) == 1


def test_a_field_is_named_by_a_procedure_where_its_name_would_not_be_understood() -> None:
    procedure = WORLD.catalog["1.001193"]
    named = {
        language: [
            words(button.label, language) for button in fields([procedure], WORLD.given(Memory(language=language)))
        ]
        for language in LANGUAGES
    }
    assert named == {"vi": ["Việc khác về Hộ tịch"], "en": ["More like: Birth registration"]}


def test_what_was_read_last_is_remembered_until_something_else_is_begun() -> None:
    read = answer(Chose("show:1.001193"))
    assert read.memory is not None
    assert read.memory.read == "1.001193"
    for anew in (Chose("home"), Chose("none"), Wrote("thôi"), Wrote("không phải"), Started()):
        after = answer(anew, read.state, read.memory)
        assert after.memory is not None, anew
        assert after.memory.read is None, anew
