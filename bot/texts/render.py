"""A reply put into a language, just before it is kept and leaves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from babel.core import Locale
from babel.dates import format_date
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.dialogue.step import Reply, Text, Value, Words, text
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine

HERE = Path(__file__).parent
LANGUAGES = ("vi", "en")


Piece = tuple[str, str | None, str]  # literal before, name of the gap, its format
Cut = str | tuple[Piece, ...]  # words without gaps, or cut at them, so that filling is only joining


class Forms(NamedTuple):
    """Words that go by a number, the only one of their values: "1 day", "5 days"."""

    one: Cut
    other: Cut


@cache
def texts(language: str) -> Mapping[str, Cut | Forms]:
    with (HERE / f"{language}.po").open("rb") as file:
        return {key_of(m): read(m) for m in read_po(file, locale=language) if m.id}


def key_of(entry: Entry) -> str:
    return str(entry.id[0] if entry.pluralizable else entry.id)


def read(entry: Entry) -> Cut | Forms:
    """Of a number there are two forms in English, and in Vietnamese none."""
    if isinstance(entry.string, tuple | list):
        return Forms(*map(cut, entry.string))
    return cut(entry.string or "")


def cut(words: str) -> Cut:
    if "{" not in words:
        return words
    return tuple((literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(words))


def form(forms: Forms, values: Mapping[str, Value], language: str) -> Cut:
    number = next((value for value in values.values() if isinstance(value, int | Decimal)), None)
    one = number is not None and Locale(language).plural_form(number) == "one"
    return forms.one if one else forms.other


def render(reply: Reply, language: str) -> Message:
    return Message(
        tuple(ShownLine(words(line.words, language), line.kind, line.link) for line in reply.lines),
        tuple(ShownButton(b.option, words(b.label, language)) for b in reply.buttons),
        tuple(ShownFile(f.ref, words(f.label, language)) for f in reply.files),
        reply.wants,
        reply.redraws,
    )


def render_notice(reply: Reply, language: str, today: date | None = None) -> Message:
    """With what a channel needs that may send nothing but approved templates: which notice it is, and its values.

    `today`: what its day is, should it come late.
    """
    message, first = render(reply, language), reply.lines[0].words
    if today:
        message = replace(message, dated=words(text("notice.of_day", day=today), language))
    if isinstance(first, str):
        return message
    values = tuple((name, written(value, "", language)) for name, value in first.values.items())
    return replace(message, notice=first.key, values=values)


def words(value: Words, language: str) -> str:
    """Raises KeyError for a key no language file has, or a gap nothing fills: both are our own faults."""
    if isinstance(value, str):
        return value
    entry = texts(language)[value.key]
    cut_at_gaps = form(entry, value.values, language) if isinstance(entry, Forms) else entry
    if isinstance(cut_at_gaps, str):
        return cut_at_gaps
    filled: list[str] = []
    for literal, name, spec in cut_at_gaps:
        filled.append(literal)
        if name is not None:
            filled.append(written(value.values[name], spec, language))
    return "".join(filled)


def written(value: Value, spec: str, language: str) -> str:
    """A value the way the language writes it: 8000 -> 8.000 đ, 2026-11-24 -> 24/11/2026."""
    match value:
        case str() | Text():
            return words(value, language)
        case tuple():
            return (spec or ", ").join([words(v, language) for v in value])
        case date():
            return day(value, language)
        case Decimal() if spec == "money":
            return money(value, language)
        case _:
            return str(value)


@lru_cache(4096)
def day(value: date, language: str) -> str:
    return format_date(value, "dd/MM/yyyy", locale=language)


@lru_cache(4096)
def money(amount: Decimal, language: str) -> str:
    return format_decimal(amount, "#,##0", locale=language) + ("\N{NO-BREAK SPACE}đ" if language == "vi" else " VND")
