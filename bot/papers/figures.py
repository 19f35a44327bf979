"""A report of figures put into words: headings, lines, and notes on what the figures are and are not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.dialogue.step import Text, Words, text
from bot.dossiers.indicators import Counted, Dimension, Key, Period, Split, singles_out
from bot.dossiers.sums import Share
from bot.papers.figure_columns import DOSSIERS, PICKUPS, Column, S, Value
from bot.texts.render import words

CODED: frozenset[Dimension] = frozenset({"commune", "procedure"})  # shown by code and by name
HEADINGS = {
    "agency": text("figures.by_agency"),
    "commune": text("figures.by_commune"),
    "channel": text("figures.by_channel"),
    "month": text("figures.by_month"),
    "procedure": text("figures.by_procedure"),
    "domain": text("figures.by_domain"),
}
NAME_HEADINGS = {"commune": text("figures.by_commune_name"), "procedure": text("figures.by_procedure_name")}
NameOf = Callable[[Dimension, str], str | None]  # of a commune or procedure, by its code


@dataclass(frozen=True)
class Heading:
    key: str
    words: str
    meaning: str
    is_main: bool
    is_share: bool


@dataclass(frozen=True)
class Line:
    """`kind`: line, small (those put together), or total; the keys of the latter two are empty."""

    kind: str
    key: Key
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Grid:
    """Dossiers or pickups, in one language."""

    name: str  # in JSON
    title: str
    by: tuple[Dimension, ...]
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    """What is written out. The words of every kind of output are the same."""

    counted: Counted
    grids: tuple[Grid, ...]
    notes: tuple[str, ...]
    warning: tuple[str, ...]  # the notes no figure is to be shown without
    period: str
    as_of: str
    language: str
    name_of: NameOf

    def say(self, said: Words) -> str:
        return words(said, self.language)

    def shown(self, dimension: Dimension, value: str | None) -> str:
        """As people read it: "phường Đông Kinh, tỉnh Lạng Sơn", "11/2026"."""
        if value is None:
            return self.say(text("figures.not_known"))
        if dimension == "month":
            return month_shown(value)
        if dimension == "channel":
            return self.say(text(f"channel.{value}"))
        return on_one_line(self.name_of(dimension, value) or value if dimension in CODED else value)

    def heading_of(self, dimension: Dimension) -> str:
        return self.say(HEADINGS[dimension])


def reported(counted: Counted, language: str, name_of: NameOf, *, smallest: int, trial: bool) -> Report:
    period = words(period_words(counted.period), language)
    said = tuple(words(note, language) for note in (*warning(trial=trial), *notes(counted, period, smallest)))
    short = tuple(words(note, language) for note in warning(trial=trial))
    as_of = words(text("figures.as_of", day=counted.today), language)
    grids = (
        grid("dossiers", text("figures.title_dossiers"), counted.dossiers, DOSSIERS, language),
        grid("pickups", text("figures.title_pickups"), counted.pickups, PICKUPS, language),
    )
    return Report(counted, grids, said, short, period, as_of, language, name_of)


def grid(name: str, title: Text, split: Split[S], columns: tuple[Column[S], ...], language: str) -> Grid:
    def line(kind: str, key: Key, sums: S) -> Line:
        return Line(kind, key, tuple(column.of(sums) for column in columns))

    nowhere: Key = (None,) * len(split.by)
    lines = [line("line", key, sums) for key, sums in split.lines if split.by]
    lines += [line("small", nowhere, split.small)] if split.small else []
    lines += [line("total", nowhere, split.total)]
    headings = (
        Heading(c.key, words(c.heading, language), words(c.meaning, language), c.is_main, c.is_share) for c in columns
    )
    return Grid(name, words(title, language), split.by, tuple(headings), tuple(lines))


def warning(*, trial: bool) -> tuple[Text, ...]:
    scope = text("figures.scope")
    return (text("figures.trial"), scope) if trial else (scope,)


def notes(counted: Counted, period: str, smallest: int) -> Iterator[Text]:
    """What else must be known before a figure is used."""
    yield text("figures.as_of", day=counted.today)
    yield text("figures.period", period=period)
    yield text("figures.period_is")
    yield text("figures.judged")
    if counted.asked:
        yield text("figures.asked", day=counted.asked)
    if counted.undated:
        yield text("figures.undated", count=counted.undated)
    if has_range(counted):
        yield text("figures.range")
    if smallest > 1 and singles_out(counted.dossiers.by):
        yield text("figures.small_is", count=smallest)


def has_range(counted: Counted) -> bool:
    every = (sums for _, sums in counted.dossiers.lines)
    shares = (column.of(sums) for sums in (*every, counted.dossiers.total) for column in DOSSIERS if column.is_share)
    return any(isinstance(share, Share) and share.low != share.high for share in shares)


def period_words(period: Period) -> Text:
    since, until = (month and month_shown(month) for month in period)
    if since and until:
        return text("figures.period_between", since=since, until=until)
    if since:
        return text("figures.period_since", since=since)
    return text("figures.period_until", until=until) if until else text("figures.period_all")


def month_shown(month: str) -> str:
    """
    >>> month_shown("2026-11")
    '11/2026'
    """
    return f"{date.fromisoformat(month + '-01'):%m/%Y}"


def on_one_line(name: str) -> str:
    """An agency's name comes from another system: nothing in it may steer a terminal or break a line.

    >>> on_one_line("UBND\\n xã\\x1b[31m A")
    'UBND xã [31m A'
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
