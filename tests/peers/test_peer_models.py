"""Every call of the Bot API that the bot makes, judged by aiogram's models, Telegram's limits and telethon's HTML.

The calls are those of all conversation scripts, run through the real channel (scripts.py), and of what no script does
(beyond.py).
"""

import ast
import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from telegram import Bot

from bot.dialogue.world import World
from bot.handlers import telegram
from bot.texts.message import ShownLine
from bot.texts.render import LANGUAGES, texts
from tests.peers.beyond import SHARPEST, all_of_it
from tests.peers.calls import Call
from tests.peers.planted import Planted, planted
from tests.peers.running import checked
from tests.peers.scripts import Answer, Record, copied, on_telegram
from tests.test_conversations import SCRIPTS, played

NAMES_ITS_CHANNEL = {"address_of_the_chat"}  # and is a story of another one
ENOUGH = 30  # scripts
DRESS = {"title": "Bold", "heading": "Bold", "warning": "Bold", "note": "Italic"}
MARKS = {"item": "• ", "warning": "⚠️ "}
OPENED = ("https://",)
OURS = ("tg.share.contact", "tg.share.place", "tg.received")  # words the channel adds
NO_CALLS = {"initialize", "shutdown"}  # of the library's bot


@pytest.fixture(scope="session")
def record(world: World, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    folder, record = tmp_path_factory.mktemp("record"), Record()

    async def all_played() -> None:
        for name in sorted(SCRIPTS.keys() - NAMES_ITS_CHANNEL):
            async with on_telegram(world, copied(migrated_sqlite, folder, name), record) as talk:
                await played(name, talk)
        async with on_telegram(world, copied(migrated_sqlite, folder, "beyond"), record) as talk:
            await all_of_it(talk)

    asyncio.run(all_played())
    return record


@pytest.fixture(scope="session")
def judged(record: Record, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Planted | None, Call, list[str]]]:
    """What is wrong with each call, recorded or planted."""
    faulty = planted(record.calls)
    cases = [*((None, call) for call in record.calls), *((one, one.call) for one in faulty)]
    lines = [call.line() for _, call in cases]
    told = asyncio.run(checked("check_calls", lines, tmp_path_factory.mktemp("aiogram")))
    return [(one, call, json.loads(line)) for (one, call), line in zip(cases, told, strict=True)]


def test_the_scripts_are_many(record: Record) -> None:
    assert len(SCRIPTS.keys() - NAMES_ITS_CHANNEL) >= ENOUGH
    assert len(record.calls) > 1000
    assert record.refused == []  # by the pretend Telegram, which is ours


def test_every_call_is_one_aiogram_would_make(judged: list[tuple[Planted | None, Call, list[str]]]) -> None:
    faulty = [(call.line()[:500], faults) for one, call, faults in judged if one is None and faults]
    assert faulty == []


def test_no_planted_fault_is_missed(judged: list[tuple[Planted | None, Call, list[str]]]) -> None:
    plants = [(one, faults) for one, _, faults in judged if one]
    missed = [(one.name, faults) for one, faults in plants if bool(one.verdict) != bool(faults)]
    missed += [(one.name, faults) for one, faults in plants if one.verdict and one.verdict not in "; ".join(faults)]
    assert missed == []
    assert len(plants) > 70


def test_every_method_the_bot_calls_was_judged(record: Record) -> None:
    """Whoever makes the bot call another one makes it be called here, too."""
    assert {*called_by_the_package()} - {call.method for call in record.calls} == set()


def called_by_the_package() -> Iterator[str]:
    """Methods of the Bot API in our code: `await bot.send_message(...)`, `bot._post("getUpdates", ...)`."""
    for file in Path(telegram.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            name = node.func.attr
            if name == "_post" and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
            elif name not in NO_CALLS and "_" in name and iscoroutinefunction(getattr(Bot, name, None)):
                head, *rest = name.split("_")
                yield head + "".join(map(str.capitalize, rest))


# -- what telethon reads in the texts


class Reading(NamedTuple):
    words: str
    entities: list[dict[str, Any]]
    faults: list[str]


@pytest.fixture(scope="session")
def read(record: Record, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    """What telethon makes of each text that was sent as HTML."""
    written = list(dict.fromkeys(html for call in record.calls for html in htmls(call)))
    lines = [json.dumps({"html": html}) for html in written]
    told = asyncio.run(checked("read_texts", lines, tmp_path_factory.mktemp("telethon")))
    return {html: Reading(**json.loads(line)) for html, line in zip(written, told, strict=True)}


def htmls(call: Call) -> list[str]:
    if call.method == "answerInlineQuery":
        contents = (result["input_message_content"] for result in call.read("results"))
        return [content["message_text"] for content in contents if content.get("parse_mode") == "HTML"]
    return [call.given["text"]] if call.given.get("parse_mode") == "HTML" else []


def test_every_text_is_read_alike_by_the_letter_and_by_telethon(read: dict[str, Reading]) -> None:
    assert len(read) > 300
    assert {html: one.faults for html, one in read.items() if one.faults} == {}


def test_the_words_and_their_dress_are_those_of_our_messages(record: Record, read: dict[str, Reading]) -> None:
    """Word for word and in their order; bold, italic and linked from where to where, in UTF-16 units."""
    wrong = [(seen, due) for answer in record.answers for seen, due in differences(answer, read)]
    assert wrong == []


def test_links_italics_and_bold_are_among_them(read: dict[str, Reading]) -> None:
    kinds = {entity["kind"] for one in read.values() for entity in one.entities}
    assert kinds == {"Bold", "Italic", "TextUrl"}


def shifted(html: str, one: Reading) -> tuple[str, Reading]:
    return html, one._replace(entities=[{**entity, "offset": entity["offset"] + 1} for entity in one.entities])


def undressed(html: str, one: Reading) -> tuple[str, Reading]:
    return html, one._replace(entities=[])


def overdressed(html: str, one: Reading) -> tuple[str, Reading]:
    return html, one._replace(entities=[*one.entities, {"kind": "Bold", "offset": 0, "length": 1, "url": None}])


def elsewhere(html: str, one: Reading) -> tuple[str, Reading]:
    return html, one._replace(entities=[{**entity, "url": "https://b.vn"} for entity in one.entities])


def swallowed(html: str, one: Reading) -> tuple[str, Reading]:
    """As when a sign was not escaped and the rest was taken for a tag."""
    return html, one._replace(words=one.words.replace("<b>", ""))


def cut_off(html: str, one: Reading) -> tuple[str, Reading]:
    return html, one._replace(words=one.words[: -len(one.words) // 2])


@pytest.mark.parametrize("fault", [shifted, undressed, overdressed, elsewhere, swallowed, cut_off])
def test_a_fault_in_words_or_dress_is_not_missed(record: Record, read: dict[str, Reading], fault: Any) -> None:
    answer = next(answer for answer in record.answers if answer.messages == (SHARPEST,))
    [html] = (html for call in answer.calls for html in htmls(call))
    assert [*differences(answer, read)] == []
    assert [*differences(answer, dict([fault(html, read[html])]))]


def differences(answer: Answer, read: dict[str, Reading]) -> Iterator[tuple[object, object]]:
    """Between what was read of an answer, row by row, and what was due."""
    rows = [row for call in answer.calls for html in htmls(call) for row in rows_of(read[html])]
    place = 0
    for line in (line for message in answer.messages for line in map(called, message.lines) if line.words.strip()):
        while place < len(rows) and rows[place].words in ADDED and rows[place].words != line.words:
            place += 1
        read_so_far: list[str] = []
        while squeezed("".join(read_so_far)) != squeezed(line.words) and place < len(rows):
            row, place = rows[place], place + 1
            due = dressed(row, line)
            if row != due:
                yield row, due
            read_so_far.append(row.words.removeprefix(MARKS.get(line.kind, "")))
        if squeezed("".join(read_so_far)) != squeezed(line.words):
            yield read_so_far, line.words
    yield from ((row, "nothing") for row in rows[place:] if row.words not in ADDED)


def called(line: ShownLine) -> ShownLine:
    """A number to call stands among the words, and is no link."""
    _, is_call, number = (line.link or "").partition("tel:")
    if not is_call or number[-6:] in re.sub(r"\D", "", line.words):
        return line
    return replace(line, words=f"{line.words.rstrip(' :.')}: {number}")


class Row(NamedTuple):
    """One line of a text as it was read, with what begins in it: (kind, offset in the row, length, address)."""

    words: str
    entities: frozenset[tuple[str, int, int, str | None]]


ADDED = {str(texts(language)[key]) for key in OURS for language in LANGUAGES} | {"👇"}


def rows_of(reading: Reading) -> Iterator[Row]:
    start = 0
    for words in reading.words.split("\n"):
        end = start + utf16(words)
        here = (entity for entity in reading.entities if start <= entity["offset"] < max(end, start + 1))
        yield Row(words, frozenset((e["kind"], e["offset"] - start, e["length"], e["url"]) for e in here))
        start = end + 1


def dressed(row: Row, line: ShownLine) -> Row:
    """The row as it should be, a piece of that line."""
    mark = MARKS.get(line.kind, "")
    whole = utf16(mark), utf16(row.words) - utf16(mark)
    kind = DRESS.get(line.kind)
    linked = line.link if line.link and line.link.startswith(OPENED) else None
    entities: Iterable[tuple[str, int, int, str | None]] = [
        *([(kind, *whole, None)] if kind else []),
        *([("TextUrl", *whole, linked)] if linked else []),
    ]
    return Row(mark + row.words.removeprefix(mark), frozenset(entities))


def squeezed(words: str) -> str:
    """Where a long line is torn, the blank goes."""
    return "".join(words.split())


def utf16(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2
