"""The same conversations on every channel, through its real adapter over a real socket: the citizen sees the same.

What a channel does to the look of an answer is undone (on_channels.py); what it does to a conversation is not allowed.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from aiolimiter import AsyncLimiter

from bot.dialogue.world import World
from bot.storage.store import Store
from tests.conftest import Clock
from tests.fake_zalo import FakeZalo
from tests.fake_zalobot import FakeZaloBot
from tests.on_channels import (
    CannotError,
    OnTelegram,
    OnTerminal,
    OnWeb,
    OnZalo,
    OnZaloBot,
    Serves,
    Watched,
    Wire,
    talking_on,
)
from tests.test_conversations import SCRIPTS, played

CHANNELS = ("terminal", "web", "telegram", "zalo", "zalobot")

# Words and choices every channel can carry. What not every channel has stands in CANNOT.
STORIES = (
    "abbreviations",
    "about_the_post",
    "answered_in_the_language_written",
    "asked_of_which_once",
    "aspect_of_a_broad_word",
    "birth_by_buttons",
    "birth_without_accents",
    "book_asked_beside_the_procedure",
    "book_bad_input",
    "book_by_location_and_contact",
    "book_cancelled_in_other_words",
    "book_changes_before_consent",
    "book_changes_of_mind",
    "book_everything_extra",
    "book_holidays_and_hours",
    "book_in_keystrokes",
    "book_in_one_sentence",
    "book_location_after_an_old_name",
    "book_not_by_post",
    "book_old_name",
    "book_questions_on_the_way",
    "book_resumed_next_day",
    "book_says_no_to_consent",
    "book_split_commune",
    "book_twice",
    "book_what_it_costs",
    "book_without_accents",
    "by_link",
    "cancel_help_person",
    "change_of_mind",
    "codes",
    "danger",
    "decomposed_text",
    "dossier_code_not_at_hand",
    "dossier_followed_to_the_end",
    "dossier_in_english_late",
    "dossier_late",
    "dossier_papers_missing",
    "dossier_photo",
    "dossier_several",
    "dossier_supplement_followed",
    "dossier_system_down",
    "faq_in_the_middle",
    "folk_names",
    "forget_me",
    "greeting_first",
    "in_english",
    "language_and_back",
    "link_of_another_place",
    "mydata_deleted_with_an_order",
    "mydata_shown_and_withdrawn",
    "none_of_these",
    "not_words",
    "offices_from_a_place",
    "offices_nearby",
    "offices_without_a_pickup",
    "old_button",
    "old_district",
    "order_cancelled",
    "order_corrected",
    "order_failed_collection",
    "order_followed_to_the_end",
    "order_moved",
    "order_moved_in_one_word",
    "out_of_scope",
    "read_on_after_going_astray",
    "secret_given_away",
    "tick_papers",
    "twins_by_button",
    "twins_by_number",
    "unknown_is_not_free",
    "unreadable",
)

TYPED_ONLY = "only words can be sent there"
NO_CONTACT = "no contact can be shared there"
NO_LINK = "no link there says what it was opened for"
ZALOS_HOSTS = "its pictures are fetched from Zalo's own hosts only, so no test can offer one: test_zalo_reading.py"
NEVER_RINGS = "no phone rings, so the night is not spoken of"
GREETS = "the page has greeted before anything is written"

# What a channel cannot do at all, or does another way, by story: not played there.
CANNOT: dict[str, dict[str, str]] = {
    "book_bad_input": {"terminal": TYPED_ONLY, "web": "no sticker can be sent there"},
    "book_by_location_and_contact": {"terminal": TYPED_ONLY, "web": NO_CONTACT, "zalobot": TYPED_ONLY},
    "book_location_after_an_old_name": {"terminal": TYPED_ONLY, "zalobot": TYPED_ONLY},
    "by_link": {"zalo": NO_LINK},
    "dossier_followed_to_the_end": {"terminal": NEVER_RINGS, "web": NEVER_RINGS},
    "dossier_photo": {"terminal": TYPED_ONLY, "zalo": ZALOS_HOSTS, "zalobot": ZALOS_HOSTS},
    "greeting_first": {"web": GREETS},
    "link_of_another_place": {"zalo": NO_LINK},
    "not_words": {"terminal": TYPED_ONLY, "web": "only pictures can be sent there", "zalobot": "it tells of no videos"},
    "offices_from_a_place": {"terminal": TYPED_ONLY, "zalobot": TYPED_ONLY},
    "offices_without_a_pickup": {"terminal": TYPED_ONLY, "zalobot": TYPED_ONLY},
    "order_corrected": {"terminal": TYPED_ONLY, "web": NO_CONTACT, "zalobot": TYPED_ONLY},
}


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
def wired(aiohttp_server: Serves, session: ClientSession, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Any:
    async def wire(channel: str) -> Wire:
        if channel == "telegram":
            unhurried(monkeypatch)
            chats = Watched()
            return OnTelegram(await at(chats), chats)
        if channel == "zalo":
            account = FakeZalo(clock.now)
            return OnZalo(await at(account), account, session, clock)
        if channel == "zalobot":
            bot = FakeZaloBot()
            return OnZaloBot(await at(bot), bot)
        return OnWeb(session) if channel == "web" else OnTerminal()

    async def at(fake: Any) -> str:
        return str((await aiohttp_server(fake.application())).make_url("/")).rstrip("/")

    return wire


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A citizen of a test does not wait for the second between two messages."""
    from bot.handlers.telegram.limits import Limits, Pace

    monkeypatch.setattr(Limits, "_pace_of_person", lambda _: Pace(AsyncLimiter(10_000, 0.001), 0.0))


PLAYED = [(story, channel) for story in STORIES for channel in CHANNELS if channel not in CANNOT.get(story, {})]


@pytest.mark.parametrize(("story", "channel"), PLAYED, ids=["-".join(one) for one in PLAYED])
async def test_a_story_is_the_same_on_every_channel(
    story: str,
    channel: str,
    wired: Any,
    world: World,
    local_store: Store,
    clock: Clock,
    aiohttp_server: Serves,
    session: ClientSession,
) -> None:
    wire = await wired(channel)
    async with talking_on(wire, world, local_store, clock, aiohttp_server, session) as talk:
        await played(story, talk)


@pytest.mark.parametrize(("story", "channel"), [(story, channel) for story, why in CANNOT.items() for channel in why])
async def test_what_a_channel_cannot_do_it_really_cannot(
    story: str,
    channel: str,
    wired: Any,
    world: World,
    local_store: Store,
    clock: Clock,
    aiohttp_server: Serves,
    session: ClientSession,
) -> None:
    wire = await wired(channel)
    async with talking_on(wire, world, local_store, clock, aiohttp_server, session) as talk:
        with pytest.raises((CannotError, AssertionError)):
            await played(story, talk)


def test_there_are_enough_and_they_exist() -> None:
    on_all = [story for story in STORIES if story not in CANNOT]
    assert len(on_all) >= 30
    assert set(CANNOT) <= set(STORIES) <= set(SCRIPTS)
    assert len(set(STORIES)) == len(STORIES)
