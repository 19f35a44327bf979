"""Whatever is said, wherever, and whatever a system answers: a way on, and nothing that was not proved."""

from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.booking.consenting import VERSION
from bot.dialogue.events import Chose, Content, Scanned, Started, Wrote
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
)
from bot.dialogue.step import Follow, Look, Reply
from bot.dialogue.ways import LONGEST
from bot.dialogue.world import Followed, Looked, Names, Under
from bot.dossiers.dossier import Apology, Doubt, Happening
from bot.pickup import progress
from bot.texts.render import LANGUAGES, render
from tests.ordered import FIRST, NOW, options, screen
from tests.tracked import (
    ANOTHER,
    CODE,
    FEE,
    LONG,
    OUTCOMES,
    OWNER,
    PAPER,
    REASON,
    SECRETS,
    SORRY,
    STATUSES,
    STEP,
    TELEGRAM,
    a_dossier,
    an_under,
    answer,
    at,
)

# anything, anywhere

words = st.sampled_from([
    CODE, ANOTHER, LONG, FIRST, "H37.20-261122-0001", "RB123456785VN", "5678", "0912345678", "123",
    "hồ sơ của tôi đến đâu rồi", "báo cho tôi khi có kết quả", "đừng báo nữa", "where is my dossier", "notify me",
    "phí bao nhiêu", "bao giờ xong", "cơ quan trễ hẹn thì làm gì", "làm khai sinh", "mai 9h qua lấy hồ sơ",
    "vâng", "không", "thôi", "cảm ơn", "cái thứ hai", "giúp tôi",
])  # fmt: skip
verbs = ["dossier", "prove", "follow", "once", "unfollow", "complainof"]
taps = st.one_of(
    st.builds(
        lambda verb, code: Chose(f"{verb}:{code}"), st.sampled_from(verbs), st.sampled_from([CODE, ANOTHER, LONG])
    ),
    st.sampled_from(
        [Chose(f"ofpickup:{CODE}/{FIRST}"), Chose("dossiers"), Chose("askcode"), Chose("parcel:RB123456785VN")]
    ),
)
codes_seen = st.lists(st.sampled_from([CODE, ANOTHER, FIRST, "RB123456785VN", "abc"]), max_size=3)
contents = st.one_of(words.map(Wrote), taps, codes_seen.map(lambda seen: Scanned(tuple(seen))), st.just(Started()))
FORM = Draft(procedure="1.001193", commune="05977")
choosing = Choosing(options=(Option(codes=("1.001193",)),))
tracking = st.builds(
    Tracking,
    code=st.sampled_from([None, CODE, ANOTHER]),
    asked=st.sampled_from([None, "code", "digits"]),
    proved=st.booleans(),
)
form = st.builds(Booking, asked=st.sampled_from(ASKABLE))
others = st.sampled_from([Home(), Locating(), Reading(code="1.001193"), Managing(number=FIRST), choosing])
states = st.one_of(others, form, tracking, tracking)
days = st.none() | st.integers(-400, 400).map(lambda n: at("2026-11-21T10:00") + timedelta(days=n))
written = st.none() | st.text(max_size=400)
dossiers = st.builds(
    a_dossier,
    status=st.sampled_from(STATUSES),
    official=written,
    title=written,
    agency=written,
    procedure=st.sampled_from([None, "1.001193", "9.999999"]),
    received=days,
    due=days,
    finished=days,
    returned=days,
    steps=st.lists(st.builds(Happening, at=days, words=st.just(STEP) | st.text(max_size=300)), max_size=30).map(tuple),
    papers=st.lists(st.just(PAPER) | st.text(max_size=300), max_size=30).map(tuple),
    supply_by=days,
    fee=st.sampled_from([None, Decimal(0), FEE]),
    reason=st.sampled_from([None, REASON]),
    apology=st.none() | st.builds(Apology, due=days, reason=st.sampled_from([None, SORRY])),
    doubts=st.lists(st.sampled_from(get_args(Doubt)), max_size=3, unique=True).map(tuple),
)
looks = st.builds(
    Looked,
    look=st.just(Look(CODE)),
    outcome=st.sampled_from(OUTCOMES),
    dossier=st.none() | dossiers,
    as_of=days,
    proved=st.booleans(),
    owner=st.sampled_from([None, OWNER]),
    system=st.sampled_from([None, Names("Một cửa tỉnh Lạng Sơn", "Lạng Sơn")]),
    page=st.sampled_from([None, "https://moj.example/tra-cuu"]),
    wait=st.none() | st.integers(0, 10**6).map(lambda n: timedelta(seconds=n)),
    trial=st.booleans(),
)
kept = st.lists(
    st.builds(
        Followed,
        code=st.sampled_from([CODE, ANOTHER]),
        dossier=st.none() | dossiers,
        as_of=days,
        proved=st.just(False),
        order=st.sampled_from([None, FIRST]),
        once=st.booleans(),
        ended=st.booleans(),
    ),
    max_size=2,
    unique_by=lambda one: one.code,
)
pickups = st.lists(st.builds(an_under, st.sampled_from(get_args(progress.Status))), max_size=1)


@settings(max_examples=400, deadline=None)
@given(states, contents, looks, kept, pickups)
def test_whatever_is_answered_there_is_a_way_on_and_no_more_is_told_than_was_proved(
    state: AnyState, content: Content, looked: Looked, dossiers: list[Followed], orders: list[Under]
) -> None:
    memory = Memory(draft=FORM, consent=VERSION, ordered=True) if isinstance(state, Booking) else Memory(ordered=True)
    step = answer(content, looked, state=state, orders=orders, dossiers=dossiers, memory=memory)
    assert step.replies
    assert options(*step.replies), "no way on"
    assert all(len(option.encode()) <= LONGEST for option in options(*step.replies))
    for language in LANGUAGES:
        for reply in step.replies:
            assert 0 < len(shown_in(reply, language)) <= TELEGRAM
        if not looked.proved:
            assert not [secret for secret in SECRETS if secret in screen(step, language)]
    promised = [command for command in step.commands if isinstance(command, Follow) and command.proved]
    assert not promised or looked.proved or (isinstance(state, Tracking) and state.proved)


def shown_in(reply: Reply, language: str) -> str:
    return "\n".join(line.words for line in render(reply, language).lines)


def test_the_tests_stand_on_a_saturday() -> None:
    """What is said of "today" above hangs on it."""
    assert NOW.date() == date(2026, 11, 21)
