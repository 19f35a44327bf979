"""A report of figures for programs: CSV, one grid a file, and JSON with both."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from bot.dialogue.step import text
from bot.dossiers.indicators import Dimension
from bot.dossiers.sums import Share
from bot.papers.figures import CODED, NAME_HEADINGS, Grid, Line, Report, on_one_line

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # or Excel takes the file for one of Windows-1258
DIGITS = 4  # of a share
FORMULA = ("=", "+", "-", "@")  # a cell that begins so is a formula to Excel


def as_csv(report: Report, grid: Grid) -> bytes:
    """UTF-8 with its mark, comma, CRLF (RFC 4180). Every line says what the figures are, and of which day."""
    written = StringIO(newline="")
    writer = csv.writer(written)
    about = (text("figures.as_of_heading"), text("figures.period_heading"), text("figures.title_notes"))
    headings = [report.say(text("figures.kind")), *key_headings(report, grid), *value_headings(report, grid)]
    writer.writerow([*headings, *(report.say(heading) for heading in about)])
    for line in grid.lines:
        cells = [
            kind(report, line),
            *map(safe, keys(report, grid, line)),
            *(plain(number) for number in values(grid, line)),
        ]
        writer.writerow([*cells, report.counted.today, report.period, said_of(report, line)])
    return (BOM + written.getvalue()).encode()


def said_of(report: Report, line: Line) -> str:
    """All notes once, at the end; on every line what must not be lost when it is copied alone."""
    return " ".join(report.notes if line.kind == "total" else report.warning)


def kind(report: Report, line: Line) -> str:
    named = {"line": text("figures.line"), "small": text("figures.small"), "total": text("figures.total")}
    return report.say(named[line.kind])


def key_headings(report: Report, grid: Grid) -> Iterator[str]:
    for dimension in grid.by:
        yield report.heading_of(dimension)
        if dimension in CODED:
            yield report.say(NAME_HEADINGS[dimension])


def keys(report: Report, grid: Grid, line: Line) -> Iterator[str]:
    """The code, and after it the name, of what has a code."""
    for dimension, value in zip(grid.by, line.key, strict=True):
        if line.kind != "line":
            yield from ("",) * (1 + (dimension in CODED))
        elif dimension in CODED:
            yield on_one_line(value) if value else report.shown(dimension, None)
            yield on_one_line(name(report, dimension, value) or "")
        else:
            yield value if value and dimension == "month" else report.shown(dimension, value)


def value_headings(report: Report, grid: Grid) -> Iterator[str]:
    for heading in grid.headings:
        yield heading.words
        if heading.is_share:
            yield report.say(text("figures.at_most", heading=heading.words))


def values(grid: Grid, line: Line) -> Iterator[int | float | None]:
    """A share is two numbers: at least, at most."""
    for heading, value in zip(grid.headings, line.values, strict=True):
        low, high = value if isinstance(value, Share) else (value, value)
        yield from (low, high) if heading.is_share else (low,)


def plain(value: int | float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")


def safe(name: str) -> str:
    """A name that a table would work out as a formula is led by an apostrophe."""
    return f"'{name}" if name.startswith(FORMULA) else name


def as_json(report: Report) -> bytes:
    """One object; keys in English whatever the language, shares from 0 to 1, null for what is not known."""
    period = report.counted.period
    told = {
        "as_of": report.counted.today.isoformat(),
        "since": period.since,
        "until": period.until,
        "undated": report.counted.undated,
        "oldest_answer": report.counted.asked.isoformat() if report.counted.asked else None,
        "notes": report.notes,
        **{grid.name: grid_object(report, grid) for grid in report.grids},
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def grid_object(report: Report, grid: Grid) -> dict[str, Any]:
    """`small`: the lines put together; null: none was."""
    split = (line for line in grid.lines if line.kind == "line")
    lines = [{**key_object(report, grid, line), **values_object(grid, line)} for line in split]
    rest = {line.kind: values_object(grid, line) for line in grid.lines if line.kind != "line"}
    return {"by": grid.by, "lines": lines, "small": rest.get("small"), "total": rest["total"]}


def key_object(report: Report, grid: Grid, line: Line) -> dict[str, str | None]:
    told: dict[str, str | None] = {}
    for dimension, value in zip(grid.by, line.key, strict=True):
        told[dimension] = value
        if dimension in CODED:
            told[f"{dimension}_name"] = name(report, dimension, value)
    return told


def name(report: Report, dimension: Dimension, value: str | None) -> str | None:
    return report.name_of(dimension, value) if value else None


def values_object(grid: Grid, line: Line) -> dict[str, int | float | None]:
    keyed = (k for h in grid.headings for k in ((h.key, f"{h.key}_at_most") if h.is_share else (h.key,)))
    return dict(zip(keyed, values(grid, line), strict=True))
