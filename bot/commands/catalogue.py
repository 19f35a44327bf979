"""Bringing in and looking at procedures."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import app
from bot.settings import load_settings
from procedures_catalog import importers
from procedures_catalog.importers.report import Summary

cli = typer.Typer(help="Bring in and look at procedures.", no_args_is_help=True)


@cli.command("import")
def import_(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to bring in.")],
    target: Annotated[Path, typer.Option("--to", help="The layer to write.")] = Path("var/national.jsonl"),
    report: Annotated[Path | None, typer.Option(help="Where doubts are listed; default beside the layer.")] = None,
    format_: Annotated[str, typer.Option("--format", help=", ".join(importers.FORMATS))] = "national-jsonl",
) -> None:
    """Turn other people's data into a layer of the catalogue, with a report of what was doubtful."""
    if format_ not in importers.FORMATS:
        raise typer.BadParameter(f"one of: {', '.join(importers.FORMATS)}", param_hint="--format")
    report = report or target.with_suffix(".report.jsonl")
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("importing", total=None)
        summary = importers.FORMATS[format_](
            source, target, report, lambda done, total: progress.update(task, completed=done, total=total)
        )
    typer.echo(told(summary))
    typer.echo(f"layer: {target}\ndoubts: {report}\nTo use it: NOIDAI_CATALOGUE={target}")


def told(summary: Summary) -> str:
    """The figures of an import; every row read is accounted for."""
    lines = [f"rows read: {summary.rows_read}", f"taken: {summary.taken}"]
    lines += [f"left out, {reason}: {count}" for reason, count in summary.left_out.items()]
    lines += [f"doubtful, {kind}: {count}" for kind, count in summary.doubts.items()]
    lines += [f"key nobody described, {name}: {count}" for name, count in summary.unknown_keys.items()]
    lines += [f"procedures with a doubt: {summary.doubted_procedures}"]
    return "\n".join(lines)


@cli.command("check")
def check() -> None:
    """Read every layer and say what is wrong: file, line, key."""
    found = app.read_catalogue(load_settings())
    typer.echo(f"{len(found)} procedures, no fault")


@cli.command("show")
def show(code: Annotated[str, typer.Argument(help="Procedure code, e.g. 1.001193")]) -> None:
    """Everything the catalogue holds of one procedure, as JSON."""
    found = app.read_catalogue(load_settings())
    if code not in found:
        typer.echo(f"{code}: not in the catalogue", err=True)
        raise typer.Exit(1)
    typer.echo(f"# layer: {found.layer_of(code)}", err=True)
    typer.echo(found[code].model_dump_json(indent=2, exclude_defaults=True))
