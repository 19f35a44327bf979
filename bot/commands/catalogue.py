"""Bringing in, comparing and looking at procedures."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import app
from bot.settings import load_settings
from procedures_catalog import importers
from procedures_catalog.catalog import Catalog, load
from procedures_catalog.importers.reading import Said
from procedures_catalog.importers.report import Summary, shorten
from procedures_catalog.importers.running import Progress as Told

cli = typer.Typer(help="Bring in, compare and look at procedures.", no_args_is_help=True)

SHOWN = 20  # changes of a kind in the readable difference


class Layer(StrEnum):
    NATIONAL = "national"
    PROVINCE = "province"


@cli.command("import")
def import_(
    source: Annotated[Path, typer.Argument(exists=True, readable=True, help="The file or folder to bring in.")],
    target: Annotated[
        Path | None, typer.Option("--to", help="The layer to write; default var/national.jsonl or var/province.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Where doubts are listed; default beside the layer.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(importers.READERS)}; default: told by the content.")
    ] = None,
    layer: Annotated[
        Layer, typer.Option(help="What is written: the country as one file, or a province's changes as a folder.")
    ] = Layer.NATIONAL,
    province: Annotated[
        str | None, typer.Option(help="Code of the province, e.g. H37; codes of other provinces are left out.")
    ] = None,
    document: Annotated[str | None, typer.Option(help="The decision, where the file names none.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the file was true, where it names none.")
    ] = None,
) -> None:
    """Turn other people's data into a layer of the catalogue, with a report of what was doubtful."""
    said = Said(document, as_of.date() if as_of else None, checked_province(province))
    name = format_ or guessed(source)
    if name not in importers.READERS:
        raise typer.BadParameter(f"one of: {', '.join(importers.READERS)}", param_hint="--format")
    target = target or Path("var/national.jsonl" if layer is Layer.NATIONAL else "var/province")
    report = report or target.with_suffix(".report.jsonl")
    with shown_progress() as progress:
        if layer is Layer.NATIONAL:
            summary = importers.FORMATS[name](source, target, report, progress, said)
        else:
            from procedures_catalog.importers.province import lay_over  # as rarely wanted as the other formats

            summary = lay_over(importers.READERS[name], source, target, report, below_province(), progress, said)
    setting = "NOIDAI_CATALOGUE" if layer is Layer.NATIONAL else "NOIDAI_PROVINCE_LAYER"
    typer.echo(told(summary))
    typer.echo(f"layer: {target}\ndoubts: {report}\nTo use it: {setting}={target}")


def checked_province(code: str | None) -> str | None:
    if code and not re.fullmatch(r"H\d{2}", code):
        raise typer.BadParameter("the code of a province, e.g. H37", param_hint="--province")
    return code


def guessed(source: Path) -> str:
    from procedures_catalog.importers.guess import guess

    name = guess(source)
    typer.echo(f"format: {name}, told by the content (--format says otherwise)", err=True)
    return name


def below_province() -> Catalog:
    """What a province is laid over: the country and the bundled entries."""
    return load(national=load_settings().catalogue)


@contextmanager
def shown_progress() -> Iterator[Told]:
    """A bar for a person; a log or a pipe gets none."""
    console = Console(stderr=True)
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("importing", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def told(summary: Summary) -> str:
    """The figures of an import; every row read is accounted for."""
    lines = [f"rows read: {summary.rows_read}", f"taken: {summary.taken}"]
    lines += [f"left out, {reason}: {count}" for reason, count in summary.left_out.items()]
    lines += [f"doubtful, {kind}: {count}" for kind, count in summary.doubts.items()]
    lines += [f"key nobody described, {name}: {count}" for name, count in summary.unknown_keys.items()]
    lines += [f"procedures with a doubt: {summary.doubted_procedures}"]
    return "\n".join(lines)


@cli.command("diff")
def diff(
    old: Annotated[Path, typer.Argument(help="A layer, a folder of YAML files, or a file to import.")],
    new: Annotated[Path, typer.Argument(help="The same, newer.")],
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as one JSON object.")] = False,
) -> None:
    """What changed between two catalogues: procedures, names, fees, papers, times, postal ways, levels."""
    from procedures_catalog.diff import compare, read_any

    below = below_province()
    found = compare(read_any(old, below), read_any(new, below))
    if as_json:
        typer.echo(json.dumps({"counts": found.counts} | asdict(found), ensure_ascii=False, indent=2))
        return
    typer.echo("\n".join(f"{kind}: {count}" for kind, count in found.counts.items()))
    for kind, procedures in (("new", found.new), ("gone", found.gone)):
        show_kind(kind, [f"{code} {shorten(name, 120)}" for code, name in procedures.items()])
    for kind, changes in found.changed.items():
        show_kind(kind, [f"{one.code} {one.name}" + changed(one.old, one.new) for one in changes])


def changed(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Only the lines that are not in both."""
    gone = [f"\n    - {shorten(line, 200)}" for line in old if line not in new]
    come = [f"\n    + {shorten(line, 200)}" for line in new if line not in old]
    return "".join([*gone, *come]) or "\n    the same lines, another number of times"


def show_kind(kind: str, lines: list[str]) -> None:
    if lines:
        typer.echo(f"\n{kind}")
        typer.echo("\n".join(f"  {line}" for line in lines[:SHOWN]))
    if len(lines) > SHOWN:
        typer.echo(f"  … and {len(lines) - SHOWN} more; --json tells all")


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
