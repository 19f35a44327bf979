"""What the one who connects agencies' systems needs."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.dossiers.dossier import BY_NUMBER, Answer, Dossier, Owner
from bot.dossiers.masking import masked_name
from bot.services.dossiers.gateway import RefusedError, SystemDownError
from bot.services.dossiers.trying import Tried, try_out
from bot.settings import load_settings
from knowledge.codes import find_codes
from knowledge.meanings import DossierCode

TIMES = ("received", "due", "finished", "returned", "supply_by")
WORDS = ("official", "procedure", "title", "agency", "channel", "fee", "reason")
SHOWN_DIGITS = 2

cli = typer.Typer(help="Agencies' systems, where dossiers are asked for.", no_args_is_help=True)


@cli.callback()
def dossier() -> None:
    """Without it Typer would take the only command for the whole group."""


@cli.command("look")
def look(
    code: Annotated[str, typer.Argument(help="A dossier code, as it stands on the receipt.")],
    systems: Annotated[
        Path | None, typer.Option(help="The YAML file of systems; default NOIDAI_DOSSIER_SYSTEMS.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="Number of the owner's paper, for systems that want it beside the code.")
    ] = None,
) -> None:
    """Ask the system a code belongs to, once, and show what the bot makes of its answer. The owner is masked."""
    file = systems or load_settings().dossier_systems
    if file is None:
        stop("NOIDAI_DOSSIER_SYSTEMS names no file, and --systems neither")
    try:
        tried = asyncio.run(try_out(file, read_code(code), identity))
    except SystemDownError as error:
        stop(f"no answer that can be used: {error}")
    except RefusedError as error:
        stop(f"refused: {error}; look at the key, the rights and the address")
    if tried is None:
        stop("no system and no page for this code; set one under `default`")
    for line in lines_of(tried):
        typer.echo(line)
    if tried.answer is None:
        raise typer.Exit(1)


def read_code(written: str) -> str:
    found = [found.code.code for found in find_codes(written) if isinstance(found.code, DossierCode)]
    return found[0] if found else stop("this is not a dossier code: H56.14-240823-0001, 000.17.22.H56-210531-0001")


def lines_of(tried: Tried) -> Iterator[str]:
    route = tried.route
    if route.system is None:
        yield f"no system: people are sent to {route.page} ({route.name_vi})"
        return
    yield f"system: {route.key} ({route.name_vi}); answered in {tried.seconds:.2f} s{' — a trial' * route.trial}"
    if tried.answer is None:
        yield "this dossier is not there"
        return
    yield from told(tried.answer)


def told(answer: Answer) -> Iterator[str]:
    dossier = answer.dossier
    number = next((str(number) for number, status in BY_NUMBER.items() if status == dossier.status), "?")
    yield f"code: {dossier.code}"
    yield f"status: {number} {dossier.status}"
    values = {name: getattr(dossier, name) for name in (*WORDS, *TIMES)}
    yield from (f"{name}: {shown(value)}" for name, value in values.items() if value is not None)
    yield from (f"paper wanted: {paper}" for paper in dossier.papers)
    if dossier.apology:
        yield f"apology: new day {shown(dossier.apology.due)}, {dossier.apology.reason or 'no reason told'}"
    yield from (f"step: {shown(step.at)} · {step.words} · {step.unit or '-'}" for step in dossier.steps)
    yield f"owner: {owner_of(answer.owner)}"
    yield from summed(dossier, [name for name, value in values.items() if value is None])


def summed(dossier: Dossier, missing: list[str]) -> Iterator[str]:
    if missing:
        yield f"not told: {', '.join(missing)}"
    if dossier.doubts:
        yield f"NOT TAKEN, because it cannot be: {', '.join(dossier.doubts)} (the log above says how it was written)"


def shown(value: object) -> str:
    return f"{value:%d/%m/%Y %H:%M}" if isinstance(value, datetime) else "?" if value is None else str(value)


def owner_of(owner: Owner) -> str:
    name = masked_name(owner.name) if owner.name else "no name"
    return f"{name}; phone {masked(owner.phone)}; identity {masked(owner.identity)}"


def masked(number: str | None) -> str:
    """
    >>> masked("0912345678"), masked(None)
    ('…78', 'none')
    """
    return f"…{number[-SHOWN_DIGITS:]}" if number else "none"


def stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
