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
from tests.on_channels import OnTelegram, OnTerminal, OnWeb, OnZalo, OnZaloBot, Serves, Watched, Wire, talking_on
from tests.test_conversations import SCRIPTS, played

CHANNELS = ("terminal", "web", "telegram", "zalo", "zalobot")

# What every channel can carry: words and choices. Shared contacts, places, photos
# and stickers have tests of their own; quiet hours are told only where a phone rings.
STORIES = (
    "abbreviations",
    "about_the_post",
    "answered_in_the_language_written",
    "aspect_of_a_broad_word",
    "birth_by_buttons",
    "birth_without_accents",
    "book_changes_of_mind",
    "book_everything_extra",
    "book_holidays_and_hours",
    "book_in_keystrokes",
    "book_in_one_sentence",
    "book_not_by_post",
    "book_old_name",
    "book_questions_on_the_way",
    "book_resumed_next_day",
    "book_says_no_to_consent",
    "book_split_commune",
    "book_twice",
    "book_without_accents",
    "cancel_help_person",
    "change_of_mind",
    "danger",
    "dossier_in_english_late",
    "dossier_late",
    "dossier_papers_missing",
    "dossier_several",
    "dossier_supplement_followed",
    "dossier_system_down",
    "faq_in_the_middle",
    "folk_names",
    "in_english",
    "language_and_back",
    "mydata_shown_and_withdrawn",
    "none_of_these",
    "old_district",
    "order_cancelled",
    "order_failed_collection",
    "order_followed_to_the_end",
    "order_moved",
    "out_of_scope",
    "secret_given_away",
    "tick_papers",
    "twins_by_button",
    "twins_by_number",
    "unknown_is_not_free",
)


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
    from bot.handlers.telegram import limits

    monkeypatch.setattr(limits, "pace_of_person", lambda: limits.Pace(AsyncLimiter(10_000, 0.001), 0.0))


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("story", STORIES)
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


def test_there_are_enough_and_they_exist() -> None:
    assert len(STORIES) >= 30
    assert set(STORIES) <= set(SCRIPTS)
