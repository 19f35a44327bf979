"""Inline mode: a procedure found from any chat, and its checklist sent there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_aiohttp import AiohttpServer
from structlog.testing import capture_logs
from telegram.error import BadRequest

from bot.dialogue.choosing import EXAMPLES
from bot.dialogue.wording import place_words
from bot.dialogue.world import World
from bot.handlers.splitting import utf16
from bot.handlers.telegram.inline import Inline, one_message
from bot.handlers.telegram.links import Links
from bot.handlers.telegram.reading import spoken
from bot.handlers.telegram.showing import LONGEST, Part
from bot.storage.store import Store
from bot.texts.message import ShownLine
from bot.texts.render import words
from knowledge.explanation import all_papers
from tests.fake_telegram import MAI, FakeTelegram, buttons
from tests.on_telegram import OnTelegram, on_telegram, served


@pytest.fixture
def api() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def chat(
    api: FakeTelegram, aiohttp_server: AiohttpServer, local_store: Store, world: World
) -> AsyncIterator[OnTelegram]:
    async with on_telegram(api, await served(api, aiohttp_server), local_store, world) as chat:
        yield chat


@pytest.fixture
def inline(chat: OnTelegram, world: World) -> Inline:
    return Inline(chat.bot, world)


async def typed(inline: Inline, api: FakeTelegram, query: str, language: str | None = "vi") -> dict[str, Any]:
    person = {**MAI, "language_code": language} if language else {"id": 7, "is_bot": False, "first_name": "M"}
    await inline.answer({"id": "i1", "from": person, "query": query, "offset": "", "chat_type": "group"})
    assert api.refused == []
    return api.found[-1]


def titles(answer: dict[str, Any]) -> list[str]:
    return [article["title"] for article in answer["results"]]


async def test_what_is_typed_finds_procedures_the_likeliest_first(inline: Inline, api: FakeTelegram) -> None:
    answer = await typed(inline, api, "toi muon lam lai so do bi mat")
    first = answer["results"][0]
    assert first["title"] == "Cấp lại sổ đỏ bị mất"
    assert (first["type"], answer["inline_query_id"]) == ("article", "i1")
    assert 1 < len(answer["results"]) <= 10
    assert "ngày" in first["description"]
    assert "button" not in answer or answer["button"] is None
    assert (answer["cache_time"], answer.get("is_personal", "false")) == ("300", "false")


async def test_the_message_is_the_checklist_with_a_way_on(inline: Inline, api: FakeTelegram, world: World) -> None:
    answer = await typed(inline, api, "đăng ký khai sinh")
    first = next(article for article in answer["results"] if article["id"] == "1.001193")
    papers = all_papers(world.catalog["1.001193"])
    assert all(paper.document.name in first["words"] for paper in papers)
    assert all(heading in first["words"] for heading in ("Giấy tờ cần có", "Phí, lệ phí", "Nộp ở", "Nguồn"))
    assert buttons(first) == [{"text": "Hỏi tiếp", "url": "https://t.me/noidai_bot?start=th_1-001193"}]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_checklist_of_every_procedure_is_one_telegram_takes(
    inline: Inline, api: FakeTelegram, world: World, language: str
) -> None:
    for code in world.catalog:
        procedure, read = world.catalog[code], spoken(language)
        article = inline.article(procedure, read, Links("noidai_bot"))
        assert article.title
        assert utf16(Part(one_message(inline.screen(procedure, read), read)).plain) <= LONGEST
        assert len(article.description or "") <= 120
        await inline.bot.answer_inline_query("i", [article])
    assert api.refused == []


@pytest.mark.parametrize("letter", ["a", "&", "😀"])
@pytest.mark.parametrize("length", [700, 1016, 1018])
def test_a_checklist_longer_than_a_message_says_that_there_is_more(letter: str, length: int) -> None:
    lines = tuple(ShownLine(letter * (length // utf16(letter)), "item") for _ in range(9))
    shown = one_message(lines, "vi")
    assert shown[:-1] == lines[: len(shown) - 1]
    assert shown[-1].words == "Còn nữa: bấm “Hỏi tiếp” để xem đủ."
    assert 3000 < utf16(Part(shown).plain) <= LONGEST


@pytest.mark.parametrize("query", ["", "   "])
async def test_before_anything_is_typed_the_common_ones_are_offered(
    inline: Inline, api: FakeTelegram, world: World, query: str
) -> None:
    answer = await typed(inline, api, query)
    assert [article["id"] for article in answer["results"]] == [code for code in EXAMPLES if code in world.catalog]


@pytest.mark.parametrize(
    ("query", "meant"),
    [("Đăng ký khai sin", "Đăng ký khai sinh"), ("Làm hộ ch", "Làm hộ chiếu"), ("Hợp p", "Hợp pháp")],
)
async def test_the_last_word_may_be_half_typed(inline: Inline, api: FakeTelegram, query: str, meant: str) -> None:
    assert any(title.startswith(meant) for title in titles(await typed(inline, api, query)))


@pytest.mark.parametrize("query", ["qwxz", "qwxz qqzz", "visa", "@#$%", "😀", "x" * 256, "\ud800", "<script>"])
async def test_where_nothing_fits_there_is_a_way_to_ask(inline: Inline, api: FakeTelegram, query: str) -> None:
    answer = await typed(inline, api, query)
    assert answer["results"] == []
    assert answer["button"]["start_parameter"] == "timkiem"
    assert len(answer["button"]["text"]) <= 64


@pytest.mark.parametrize(
    ("query", "language", "title", "personal"),
    [
        ("khai sinh", "vi", "Khai sinh", "false"),
        ("birth certificate for my child", "vi", "Birth registration", "false"),  # who writes English reads it
        ("đăng ký khai sinh", "en", "Đăng ký khai sinh", "false"),
        (
            "passport",
            "en-GB",
            "Ordinary passport",
            "true",
        ),  # either: then others who type the same must not be given this
        ("passport", "vi", "hộ chiếu", "true"),
        ("", "en", "", "true"),
        ("", "vi", "", "true"),
        ("khai sinh", None, "", "false"),
    ],
)
async def test_it_speaks_the_language_of_the_query_or_of_the_phone(
    inline: Inline, api: FakeTelegram, query: str, language: str | None, title: str, personal: str
) -> None:
    answer = await typed(inline, api, query, language)
    assert answer.get("is_personal", "false") == personal
    assert any(title.lower() in one.lower() for one in titles(answer))
    further = {button["text"] for article in answer["results"] for button in buttons(article)}
    english = (language or "").startswith("en") if personal == "true" else "birth" in query
    assert further == {"Ask more" if english else "Hỏi tiếp"}


async def test_in_short_stands_nothing_but_how_long_how_much_and_where(
    inline: Inline, api: FakeTelegram, world: World
) -> None:
    """A note or a condition, cut off in its midst, would say something else."""
    for procedure in map(world.catalog.__getitem__, world.catalog):
        told = inline.in_short(procedure, "vi")
        notes = [one for span in procedure.durations for one in (span.note, span.only_if)]
        notes += [one for fee in procedure.fees for one in (fee.note, fee.only_if)]
        assert not any(note and note in told for note in notes), told
        assert told.endswith(words(place_words(procedure), "vi"))


@pytest.mark.parametrize("raw", [{}, {"id": "i"}, {"id": "i", "from": MAI, "query": None, "offset": ""}, {"query": 5}])
async def test_what_is_no_inline_query_is_not_answered(inline: Inline, api: FakeTelegram, raw: dict[str, Any]) -> None:
    with capture_logs():
        await inline.answer(raw)
    assert api.found == []


async def test_one_that_came_too_late_is_told_so_by_telegram(inline: Inline, api: FakeTelegram) -> None:
    api.late = True
    with pytest.raises(BadRequest, match="too old"):
        await typed(inline, api, "khai sinh")
