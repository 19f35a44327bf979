"""Inline mode: in any chat, "@bot giấy khai sinh" finds procedures and sends one's first screen.

Nothing of it is kept: whoever types has no conversation with the bot. The screen leads to one, by a link.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.dialogue.choosing import EXAMPLES
from bot.dialogue.reading import fees, name_at_the_desk, papers, times
from bot.dialogue.states import Memory
from bot.dialogue.step import Line, Reply, text
from bot.dialogue.ways import title
from bot.dialogue.wording import channels, duration_words, fee_line, joined, paper_of_case, place_words, source_line
from bot.dialogue.world import World
from bot.handlers.splitting import parts, utf16
from bot.handlers.telegram.keyboards import to_private
from bot.handlers.telegram.links import Links, payload_of
from bot.handlers.telegram.reading import spoken
from bot.handlers.telegram.showing import LONGEST, Part, visible
from bot.texts.message import ShownLine
from bot.texts.render import render, words
from knowledge.explanation import all_papers, fees_on
from knowledge.tongue import Language, language_of
from procedures_catalog.models import Procedure

OFFERED = 10  # Telegram would take 50
CACHED = 300  # seconds Telegram may answer the same query by itself
TITLE, DESCRIPTION = 80, 120  # characters a phone shows
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
ROOM = 8  # UTF-16 units for the mark of that word and the end of the line before it
FROM_INLINE = "timkiem"  # the payload of who found nothing: they are greeted

log = structlog.get_logger()


@dataclass(frozen=True)
class Inline:
    bot: Bot
    world: World

    async def answer(self, raw: Mapping[str, Any]) -> None:
        """Of one inline query as it came; what is none is passed over. Raises TelegramError."""
        query = query_in(raw, self.bot)
        if query is None:
            return
        asked = query.query
        told = language_of(asked)
        language = told or spoken(query.from_user.language_code)
        found = self.found(asked)
        links = Links(await self._username())
        nothing = InlineQueryResultsButton(words(text("tg.inline.ask"), language), start_parameter=FROM_INLINE)
        await self.bot.answer_inline_query(
            query.id,
            [self.article(procedure, language, links) for procedure in found],
            cache_time=CACHED,
            is_personal=told is None,  # it is in the language of their phone: others who type the same read another
            button=None if found else nothing,
        )

    def found(self, asked: str) -> list[Procedure]:
        """The likeliest first; the common ones while nothing is typed yet. The last word may be half typed."""
        if not asked.strip():
            return [self.world.catalog[code] for code in EXAMPLES if code in self.world.catalog]
        before, _, last = asked.rpartition(" ")
        found = self.world.search.find(asked, limit=OFFERED)
        if not found.fits and before.strip() and last:
            found = self.world.search.find(before, limit=OFFERED)
        return [hit.procedure for hit in found.hits[:OFFERED]] if found.fits else []

    def article(self, procedure: Procedure, language: Language, links: Links) -> InlineQueryResultArticle:
        screen = Part(one_message(self.screen(procedure, language), language))
        return InlineQueryResultArticle(
            procedure.code,
            shortened(title(procedure, language), TITLE),
            InputTextMessageContent(screen.html, ParseMode.HTML, link_preview_options=NO_PREVIEW),
            reply_markup=further(procedure.code, language, links),
            description=shortened(self.in_short(procedure, language), DESCRIPTION),
        )

    def in_short(self, procedure: Procedure, language: Language) -> str:
        """How long it takes, what it costs, where: as far as known, and what can be long comes last.

        There is no room for conditions and notes: what holds under one only is left to the screen.
        """
        sums = [fee for fee in fees_on(procedure, self.world.now().date()) if fee.only_if is None]
        spans = [span for span in procedure.durations if span.only_if is None and span.amount is not None]
        told = (
            *(joined(duration_words(span), channels(span.channels)) for span in spans[:1]),
            *(fee_line(fee) for fee in sums[:1]),
            place_words(procedure),
        )
        return " · ".join(words(one, language) for one in told)

    def screen(self, procedure: Procedure, language: Language) -> tuple[ShownLine, ...]:
        """All its papers, what it costs, how long it takes, where to go: what people pass on to each other."""
        given = self.world.given(Memory(language=language, met=True))
        lines = (
            Line(title(procedure, language), "title"),
            *name_at_the_desk(procedure, given),
            *checklist(procedure),
            *fees(procedure, given),
            *times(procedure),
            Line(text("reading.place", place=place_words(procedure))),
            Line(source_line(procedure.source), "note"),
        )
        return render(Reply(lines), language).lines

    async def _username(self) -> str:
        try:
            return self.bot.username or ""
        except RuntimeError:  # Telegram was not in reach when the bot began
            return (await self.bot.get_me()).username or ""


def query_in(raw: Mapping[str, Any], bot: Bot) -> InlineQuery | None:
    try:
        query = InlineQuery.de_json(dict(raw), bot)
    except Exception as error:  # whatever comes to the library's mind
        log.warning("telegram: no inline query", error=type(error).__name__)
        return None
    return query if isinstance(query.query, str) and query.from_user else None


def checklist(procedure: Procedure) -> tuple[Line, ...]:
    listed = all_papers(procedure)
    if not listed:
        return papers(procedure, listed)
    items = (Line(paper_of_case(paper, procedure), "item") for paper in listed)
    return (Line(text("papers.heading"), "heading"), *items)


def one_message(lines: tuple[ShownLine, ...], language: Language) -> tuple[ShownLine, ...]:
    """As much as fits, and a word that there is more."""
    whole_screen = parts(visible(lines), LONGEST, utf16)
    if len(whole_screen) == 1:
        return whole_screen[0]
    more = ShownLine(words(text("tg.inline.cut"), language), "note")
    return (*parts(visible(lines), LONGEST - utf16(more.words) - ROOM, utf16)[0], more)


def further(code: str, language: Language, links: Links) -> InlineKeyboardMarkup | None:
    """On with it in a chat of one's own."""
    payload = payload_of(code)
    return to_private(words(text("tg.inline.continue"), language), links.start(payload)) if payload else None


def shortened(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
