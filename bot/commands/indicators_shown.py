"""Figures on a screen, or as plain text where there is none."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from bot.dialogue.step import text
from bot.dossiers.indicators import Dimension
from bot.dossiers.sums import Share
from bot.papers.figure_columns import Value
from bot.papers.figures import HEADINGS, NAME_HEADINGS, Grid, Line, Report

BETWEEN, EDGES = 3, 2  # characters between two columns, and around all
WIDE = 10_000  # characters: nothing is broken where no screen ends


def shown(report: Report, out: Path | None) -> None:
    if out:
        with out.open("w", encoding="utf-8") as file:
            show(report, Console(file=file, width=WIDE, force_terminal=False, highlight=False))
    else:
        screen = sys.stdout.isatty()
        show(report, Console(file=sys.stdout, width=None if screen else WIDE, highlight=False))


def show(report: Report, console: Console) -> None:
    for grid in report.grids:
        if not grid.lines[-1].values[0]:
            continue
        if console.is_terminal:
            for several in on_screen(report, grid, console.width):
                console.print(several)
        else:
            columns = weightiest(grid)
            made = table(report, grid, columns, [None] * (len(grid.by) + len(columns)))
            made.box = None
            console.print(made)
    for note in report.notes:
        console.print(Styled(note), soft_wrap=not console.is_terminal)


def table(report: Report, grid: Grid, columns: list[int], widths: Sequence[int | None]) -> Table:
    """`widths` (characters) of the keys and the columns; None: as wide as they need."""
    made = Table(title=grid.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    wide = iter(widths)
    for dimension in grid.by:
        made.add_column(key_heading(report, dimension), width=next(wide), overflow="fold")
    for n in columns:
        made.add_column(Styled(grid.headings[n].words), justify="right", width=next(wide))
    for line in grid.lines:
        figures = [Styled(written(line.values[n])) for n in columns]
        made.add_row(*keys(report, grid, line), *figures, style="bold" if line.kind == "total" else None)
    return made


def weightiest(grid: Grid) -> list[int]:
    """The columns in which there is something, those that matter most first."""
    filled = (n for n, h in enumerate(grid.headings) if h.is_main or any(line.values[n] for line in grid.lines))
    return sorted(filled, key=lambda n: not grid.headings[n].is_main)


def on_screen(report: Report, grid: Grid, width: int) -> Iterator[Table]:
    """As many tables as it takes for no figure to be broken: each with the keys."""
    keyed = key_widths(report, grid, width // 2)
    room = width - EDGES - sum(wide + BETWEEN for wide in keyed)
    several: dict[int, int] = {}  # column: its width
    for n in weightiest(grid):
        needed = column_width(grid, n)
        if several and sum(several.values()) + BETWEEN * len(several) + needed + BETWEEN > room:
            yield table(report, grid, [*several], [*keyed, *several.values()])
            several = {}
        several[n] = needed
    yield table(report, grid, [*several], [*keyed, *several.values()])


def key_widths(report: Report, grid: Grid, room: int) -> list[int]:
    """Longer keys are broken into lines."""
    rows = [keys(report, grid, line) for line in grid.lines]
    heads = [key_heading(report, dimension) for dimension in grid.by]
    return [min(room // len(heads), max(row[n].cell_len for row in (heads, *rows))) for n in range(len(heads))]


def column_width(grid: Grid, n: int) -> int:
    """So that neither a word of the heading nor a figure is broken."""
    return max(map(cell_len, [*grid.headings[n].words.split(), *(written(line.values[n]) for line in grid.lines)]))


def key_heading(report: Report, dimension: Dimension) -> Styled:
    return Styled(report.say(NAME_HEADINGS.get(dimension, HEADINGS[dimension])))


def keys(report: Report, grid: Grid, line: Line) -> list[Styled]:
    if line.kind == "line":
        return [Styled(report.shown(*pair)) for pair in zip(grid.by, line.key, strict=True)]
    named = report.say(text("figures.small") if line.kind == "small" else text("figures.total"))
    return [Styled(named if n == 0 else "") for n in range(len(grid.by))]


def written(value: Value) -> str:
    """
    >>> written(Share(0.01259, 0.01259)), written(Share(0.25, 0.5)), written(6.5), written(1479), written(None)
    ('1.26 %', '25.00–50.00 %', '6.5', '1479', '–')
    """
    match value:
        case None:
            return "–"
        case Share(low, high):
            return f"{100 * low:.2f} %" if low == high else f"{100 * low:.2f}–{100 * high:.2f} %"
        case float():
            return f"{value:.1f}"
        case _:
            return str(value)
