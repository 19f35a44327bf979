"""In a group, where others read along, nothing personal is asked for or told, wherever the conversation is."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot.turn
from bot.dialogue.booking.asking import QUESTIONS
from bot.dialogue.events import Chose, Content, Heard, Introduced, Located, Scanned, Showed, Started, Wrote
from bot.dialogue.public import PUBLIC
from bot.dialogue.states import (
    ASKABLE,
    AnyState,
    Booking,
    Choosing,
    Conversation,
    Draft,
    Home,
    Locating,
    Managing,
    Memory,
    Option,
    Reading,
    Tracking,
)
from bot.dialogue.step import Step, Text
from bot.dialogue.world import World
from bot.pickup.order import Visit
from bot.storage.store import Store
from bot.texts.message import Message
from bot.texts.render import words
from bot.turn import Turns
from tests.conftest import DAY
from tests.test_conversations import AWKWARD, SCRIPTS

ADDRESS = "telegram:-100/7"
PRIVATE = {words(Text("public.private"), language) for language in ("vi", "en")}
DIGITS = re.compile(r"\d[\d .-]{7,}\d")  # phones, identities, codes of dossiers and parcels
# What keys begin with whose lines may be said to anybody. Of a new one it is to be decided: here, or not.
ANYBODYS = frozenset({
    "applicant", "applies_if", "aspect", "basis", "bot", "button", "by_channel", "channel", "chat", "choice",
    "complain", "contact", "danger", "district", "fee", "fee_kind", "fee_unknown", "finding", "forget", "form",
    "fraud", "help", "home", "join", "language", "law", "level", "named", "obstacle", "office", "online",
    "only_if", "paper", "papers", "person", "place", "post", "public", "reading", "result", "showed", "simple",
    "source", "time", "trait", "twins", "unit", "welcome", "who",
})  # fmt: skip
ALSO = frozenset({"book.how", "book.impossible", "book.in_person", "book.back_only", "book.send_only", "book.back_too"})


class Group:
    """What everybody there reads."""

    def __init__(self) -> None:
        self.shown: list[Message] = []
        self.options: dict[str, str] = {}

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        self.shown += messages
        self.options |= {button.label: button.option for message in messages for button in message.buttons}


class Watch:
    """The steps that were made fit for the group."""

    def __init__(self) -> None:
        self.steps: list[Step] = []


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch, fit = Watch(), bot.turn.fit_for_public

    def noted(step: Step, before: Conversation) -> Step:
        watch.steps.append(fit(step, before))
        return watch.steps[-1]

    monkeypatch.setattr(bot.turn, "fit_for_public", noted)
    return watch


@pytest.fixture
def group() -> Group:
    return Group()


@pytest.fixture
def turns(local_store: Store, world: World, group: Group) -> Turns:
    return Turns(local_store, world, {"telegram": group})


def contents(script: str, group: Group) -> Iterator[Content]:
    """What the citizen of a script does; a button that was not offered is tapped all the same, as in a private chat."""
    for line in script.splitlines():
        speaker, _, said = line.partition(": ")
        if speaker != "citizen":
            continue
        if said.startswith("(start"):
            yield Started(said[6:-1].strip())
        elif said.startswith("(location "):
            latitude, longitude = said[:-1].split()[1:]
            yield Located(float(latitude), float(longitude))
        elif said.startswith("(contact "):
            _, phone, *name = said[:-1].split()
            yield Introduced(phone, " ".join(name))
        elif said.startswith("(photo"):
            yield Scanned(tuple(text.strip() for text in said[6:-1].split("|") if text.strip()))
        elif said.startswith("("):
            yield Showed("sticker")
        elif said.startswith("["):
            yield Chose(group.options.get(said[1:-1], said[1:-1]), said[1:-1])
        else:
            yield Wrote(said)


async def says(turns: Turns, number: object, content: Content) -> None:
    await turns.take(Heard("telegram", "-100/7", f"{number}", content, public=True))


def kept_of(store: Store) -> tuple[Any, ...]:
    """What only a private conversation leaves behind."""
    return store.run_now(
        lambda unit: (
            unit.pickups.of_chat(ADDRESS),
            unit.dossiers.followed(ADDRESS),
            unit.dossiers.follows(ADDRESS),
            *(
                (stored.memory.draft, stored.memory.consent, stored.memory.ordered, stored.memory.follows)
                if (stored := unit.conversations.get(ADDRESS).conversation)
                else (None, None, False, False)
            ),
        )
    )


def is_public(step: Step) -> None:
    assert isinstance(step.state, PUBLIC)
    assert (step.query, step.commands) == (None, ())
    for reply in step.replies:
        assert (reply.files, reply.wants) == ((), None)
        for line in reply.lines:
            for key in keys(line.words):
                assert key.partition(".")[0] in ANYBODYS or key in ALSO, key
                assert key not in {question.key for question in QUESTIONS.values()}


def keys(said: Any) -> Iterator[str]:
    if isinstance(said, Text):
        yield said.key
        for value in said.values.values():
            yield from keys(value)
    elif isinstance(said, tuple):
        for value in said:
            yield from keys(value)


@pytest.mark.parametrize("name", sorted(SCRIPTS))
async def test_a_story_told_in_a_group_leaves_nothing_personal_there(
    name: str, turns: Turns, group: Group, watch: Watch, local_store: Store
) -> None:
    told: list[str] = []
    for number, content in enumerate(contents(SCRIPTS[name], group)):
        if isinstance(content, Wrote):
            told += ["".join(filter(str.isdigit, found)) for found in DIGITS.findall(content.text)]
        if isinstance(content, Introduced):
            told.append(content.phone)
        await says(turns, number, content)
    for step in watch.steps:
        is_public(step)
    assert kept_of(local_store) == ([], (), False, None, None, False, False)
    for message in group.shown:
        assert (message.files, message.wants) == ((), None)
        digits = "".join(filter(str.isdigit, "\n".join(line.words for line in message.lines)))
        assert not [one for one in told if len(one) >= 9 and one in digits]


STATES: dict[str, AnyState] = {
    "home": Home(),
    "choosing": Choosing(options=(Option(codes=("1.001193",)), Option(codes=("1.004222",)))),
    "reading": Reading(code="1.001193"),
    "locating": Locating(),
    "managing": Managing(number="ND261121-ABCDE7"),
    "cancelling": Managing(number="ND261121-ABCDE7", asked="cancel"),
    "moving": Managing(number="ND261121-ABCDE7", asked="move", offered=(Visit(day=DAY, shift="morning"),)),
    "correcting": Managing(number="ND261121-ABCDE7", asked="correct"),
    "tracking": Tracking(code="H26.15-261112-0042", proved=True),
    "its code": Tracking(asked="code"),
    "whose it is": Tracking(code="H26.15-261112-0042", asked="digits"),
} | {f"booking: {asked}": Booking(asked=asked) for asked in ASKABLE}

ASKED = (
    "đặt lịch lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh, sáng mai, tôi là Nguyễn Thị Lan 0912345678",
    "0912345678", "1234", "H26.15-261112-0042", "EE123456789VN", "ND261121-ABCDE7", "hồ sơ của tôi đến đâu rồi",
    "đơn của tôi đâu", "hủy lịch hẹn", "đổi lịch sang chiều mai", "theo dõi hồ sơ", "bỏ theo dõi", "xem lại",
    "dữ liệu của tôi", "xóa dữ liệu của tôi", "rút lại đồng ý", "bưu cục gần đây", "giấy tờ", "lệ phí", "có", "không",
    "đồng ý", "1", "2", "giúp", "/id", "cccd 001199000123", "my data", "track my dossier", "where is my order", "yes",
)  # fmt: skip
OTHERS: tuple[Content, ...] = (
    Located(21.85, 106.76), Introduced("0912345678", "Lan"), Scanned(("H26.15-261112-0042",)), Scanned(()),
    Scanned(("EE123456789VN", "H26.15-261112-0042")), Started(), Started("th_1-001193"), Showed("picture"),
)  # fmt: skip
TAPS = (
    "resume", "stop", "drop", "previous", "edit", "home", "help", "mydata", "mydata:delete", "mydata:deletenow",
    "mydata:correct", "mydata:withdraw", "orders", "order:ND261121-ABCDE7", "cancel:ND261121-ABCDE7",
    "move:ND261121-ABCDE7", "book:1.001193", "put:commune/05923", "put:back/yes", "ask:phone", "skip:note", "have:-/0",
    "show:1.001193", "track", "follow", "unfollow", "lang:en", "person", "agree:1", "confirm:x", "decline",
)  # fmt: skip


def put(store: Store, state: AnyState) -> None:
    """A conversation of an older version, or of a fault, may be in any state."""
    draft = Draft(procedure="1.001193", name="Nguyễn Thị Lan", phone="+84912345678", street="12 Trần Phú")
    memory = Memory(met=True, draft=draft, consent="1", ordered=True, follows=True)

    def save(unit: Any) -> None:
        stored = unit.conversations.get(ADDRESS)
        unit.conversations.save(ADDRESS, stored, Conversation(state=state, memory=memory))

    store.run_now(save)


def own(group: Group) -> list[str]:
    said = "\n".join(line.words for message in group.shown for line in message.lines)
    return [one for one in ("Nguyễn Thị Lan", "912", "5678", "Trần Phú", "H26.15", "EE1234") if one in said]


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
async def test_in_every_state_whatever_is_asked_the_group_reads_nothing_personal(
    state: AnyState, turns: Turns, group: Group, watch: Watch, local_store: Store
) -> None:
    heard = (*map(Wrote, ASKED), *OTHERS, *(Chose(option, option) for option in TAPS))
    for number, content in enumerate((*heard, *map(Wrote, AWKWARD.values()))):
        put(local_store, state)
        await says(turns, number, content)
        is_public(watch.steps[-1])
        assert own(group) == [], content
        group.shown.clear()


def test_every_state_is_tried() -> None:
    kinds = get_args(get_args(AnyState)[0])
    assert {type(state) for state in STATES.values()} == set(kinds)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.sampled_from(ASKED) | st.text(max_size=40), min_size=1, max_size=6))
async def test_whatever_is_said_in_whatever_order(said: list[str], world: World, local_store: Store) -> None:
    group = Group()
    turns = Turns(local_store, world, {"telegram": group})
    local_store.run_now(lambda unit: (unit.turns.forget(ADDRESS), unit.conversations.forget(ADDRESS)))
    for number, one in enumerate(said):
        await says(turns, number, Wrote(one))
    kept = local_store.run_now(lambda unit: unit.conversations.get(ADDRESS).conversation)
    assert kept is None or isinstance(kept.state, PUBLIC)
    assert kept_of(local_store) == ([], (), False, None, None, False, False)
    assert all((message.files, message.wants) == ((), None) for message in group.shown)


async def test_who_asks_for_something_of_their_own_is_told_where(turns: Turns, group: Group) -> None:
    for number, one in enumerate(
        ("hồ sơ của tôi đến đâu rồi", "dữ liệu của tôi", "lịch hẹn của tôi", "H26.15-261112-0042")
    ):
        group.shown.clear()
        await says(turns, number, Wrote(one))
        assert group.shown[0].lines[0].words in PRIVATE, one


async def test_what_everybody_may_know_is_told(turns: Turns, group: Group) -> None:
    await says(turns, 1, Wrote("làm giấy khai sinh cho con"))
    assert group.shown[0].lines[0].words == "Đăng ký khai sinh"
    group.shown.clear()
    await says(turns, 2, Chose(group.options["Phí, lệ phí"], "Phí, lệ phí"))
    assert group.shown[0].lines[0].words.startswith("Phí, lệ phí")


async def test_who_was_sent_away_goes_on_reading_where_they_were(turns: Turns, group: Group) -> None:
    await says(turns, 1, Wrote("làm giấy khai sinh cho con"))
    await says(turns, 2, Wrote("dữ liệu của tôi"))
    group.shown.clear()
    await says(turns, 3, Wrote("phí bao nhiêu"))
    assert group.shown[0].lines[0].words.startswith("Phí, lệ phí")


async def test_in_private_nothing_is_held_back(turns: Turns, group: Group) -> None:
    await turns.take(Heard("telegram", "7", "1", Wrote("hồ sơ của tôi đến đâu rồi")))
    assert group.shown[0].lines[0].words not in PRIVATE
