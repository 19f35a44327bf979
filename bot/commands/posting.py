"""What the one who looks after the connection with the post needs."""

import re
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.settings import load_settings

# UPU S10, or one of the post's own: not every domestic number is S10 (DOMAIN §3.4)
ITEM = re.compile(r"[A-Z0-9]{8,20}")

cli = typer.Typer(help="The connection with the post.", no_args_is_help=True)


@cli.callback()
def post() -> None:
    """Without it Typer would take the only command for the whole group."""


@cli.command("items")
def items(
    file: Annotated[Path, typer.Argument(help="A text file, one tracking number a line, as the post gave them.")],
) -> None:
    """Put tracking numbers into the pool that the provincial gateway (lgsp) takes from."""
    lines = [line.strip().upper() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    wrong = [number for number, line in enumerate(lines, 1) if not ITEM.fullmatch(line)]
    if wrong:
        typer.echo(f"{file}:{wrong[0]}: no tracking number; nothing was taken over ({len(wrong)} such lines)", err=True)
        raise typer.Exit(2)
    store = app.open_store(load_settings())
    try:
        added = store.run_now(lambda unit: unit.feeds.add_items(lines))
        left = store.run_now(lambda unit: unit.feeds.items_left())
    finally:
        store.close()
    typer.echo(f"{added} new tracking numbers; {left} not used yet")
