"""`report indicators`: dossiers and pickups counted, as a table, CSV, JSON, a workbook, and a chart."""

import sys
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from bot import app
from bot.app_files import commune_name
from bot.commands.indicators_shown import shown
from bot.dossiers.indicators import MATTERS, Counted, Counting, Dimension, Period
from bot.papers.charts import KINDS, chart, kind_of
from bot.papers.figure_files import as_csv, as_json
from bot.papers.figures import Report, reported
from bot.settings import Settings, load_settings
from knowledge.calendar import load_calendar
from procedures_catalog.catalog import Catalog

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
Format = Literal["table", "csv", "json", "xlsx"]


def indicators(
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="WHAT", help=f"Split by {', '.join(DIMENSIONS)}; again to split further. Default: month."),
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM", help="First month.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m"], metavar="YYYY-MM", help="Last month.")] = None,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: as --out is named, otherwise table.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Written to this file. A workbook needs it.")] = None,
    chart_file: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE", help="Draw the months too: FILE.svg or FILE.png.")
    ] = None,
    of: Annotated[
        Literal["dossiers", "pickups"], typer.Option(help="What a CSV file holds; the other formats hold both.")
    ] = "dossiers",
    smallest: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Split by place and matter, lines of fewer are put together; 1: none."),
    ] = 5,
    language: Annotated[Literal["vi", "en"], typer.Option(help="Of headings and notes.")] = "vi",
    trial: Annotated[bool, typer.Option("--trial", help="Count what the sandbox pretends, and nothing else.")] = False,
) -> None:
    """Dossiers followed here, solved early, on time, late or open, and how many came by post; pickups booked here.

    Only what was followed and booked through this service: not the figures of a province.
    Early and late are judged by the due day the agency's system told; what it did not tell counts as unknown.
    A dossier belongs to the month it was received in, a pickup to the month it was booked in.
    What the columns mean: docs/indicators.md.
    """
    split, period = dimensions(by or ["month"]), period_of(since, until)
    made = format_ or format_of(out)
    if made == "xlsx" and out is None:
        raise typer.BadParameter("a workbook is written to a file: --out FILE.xlsx", param_hint="--format")
    if chart_file and kind_of(chart_file) is None:
        raise typer.BadParameter(f"a file named {' or '.join(f'….{k}' for k in KINDS)}", param_hint="--chart")
    settings = load_settings()
    names = Names(settings)
    counting = Counting(split, period, smallest, names.domain_of)
    counted = count(settings, counting, trial=trial)
    report = reported(counted, language, names.of, smallest=smallest, trial=trial)
    write(report, made, of, out)
    if chart_file:
        draw(report, chart_file)


def dimensions(by: Iterable[str]) -> tuple[Dimension, ...]:
    """
    >>> dimensions(["agency,month", "month"])
    ('agency', 'month')
    """
    named = [name.strip() for several in by for name in several.split(",")]
    if strangers := [name for name in named if name not in DIMENSIONS]:
        raise typer.BadParameter(f"{strangers[0]!r} is none of {', '.join(DIMENSIONS)}", param_hint="--by")
    return tuple(dimension for dimension in dict.fromkeys(named) if dimension in DIMENSIONS)


def period_of(since: datetime | None, until: datetime | None) -> Period:
    first, last = (f"{month.year:04}-{month.month:02}" if month else None for month in (since, until))
    if first and last and last < first:
        raise typer.BadParameter(f"{last} is before --since {first}", param_hint="--until")
    return Period(first, last)


def format_of(out: Path | None) -> Format:
    ending = out.suffix.lower().removeprefix(".") if out else ""
    return next((made for made in get_args(Format) if made == ending), "table")


def count(settings: Settings, counting: Counting, *, trial: bool) -> Counted:
    store = app.open_store(settings)
    try:
        return store.run_now(
            lambda unit: counting.count(
                unit.figures.dossiers(trial=trial),
                unit.figures.pickups() if trial == (settings.post == "sandbox") else (),
                app.today(),
                load_calendar(),
            )
        )
    finally:
        store.close()


class Names:
    """What codes stand for. The catalogue is read when it is asked for the first time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def catalogue(self) -> Catalog:
        return app.read_catalogue(self.settings)

    def of(self, dimension: Dimension, code: str) -> str | None:
        if dimension in MATTERS:
            return self.catalogue[code].title if code in self.catalogue else None
        name = commune_name(code)
        return name if name != code else None

    def domain_of(self, procedure: str) -> str | None:
        return self.catalogue[procedure].domain if procedure in self.catalogue else None


def write(report: Report, made: Format, of: str, out: Path | None) -> None:
    if report.counted.is_empty:
        typer.echo("no figures", err=made != "table" or out is not None)
    match made:
        case "table":
            if not report.counted.is_empty or out:
                shown(report, out)
        case "csv":
            put(as_csv(report, next(grid for grid in report.grids if grid.name == of)), out)
        case "json":
            put(as_json(report), out)
        case "xlsx":
            from bot.papers.workbook import as_xlsx  # here, as it takes long to import

            put(as_xlsx(report), out)


def put(body: bytes, out: Path | None) -> None:
    """Bytes as they are: a terminal's own encoding would spoil them."""
    if out:
        out.write_bytes(body)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(body)


def draw(report: Report, file: Path) -> None:
    kind = kind_of(file)
    if kind and report.counted.months.lines:
        file.write_bytes(chart(report, kind))
    else:
        typer.echo(f"no figures, no chart: {file} was not written", err=True)
