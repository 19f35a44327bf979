"""A conversation in the terminal."""

import asyncio
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from prompt_toolkit import PromptSession

from bot import app, app_dossiers
from bot.app_files import OrderFiles
from bot.handlers.terminal import CHANNEL, Keeping, Terminal, converse
from bot.settings import load_settings
from bot.turn import Turns

FILES = Path("var/files")


def chat(
    catalogue: Annotated[Path | None, typer.Option(help="Imported layer; default NOIDAI_CATALOGUE.")] = None,
) -> None:
    """Talk to the bot. Without a terminal: a line a message in, plain text out, until the input ends."""
    settings = load_settings()
    if catalogue:
        settings = settings.model_copy(update={"catalogue": catalogue})
    store = app.open_store(settings)
    world = app.know(app.read_catalogue(settings), settings)
    interactive = sys.stdin.isatty()
    files = OrderFiles(store, world.post.visits, world.post.tariffs, app.now)
    terminal = Terminal(typer.echo, Keeping(files, FILES) if interactive else None)
    lines = typed() if interactive else piped()

    async def talk() -> None:
        """Dossiers are asked for where the settings say; the sandbox belongs to the service."""
        async with app_dossiers.connected(settings, None) as routes:
            find = app_dossiers.tracking(store, routes, world).lookups.find
            turns = Turns(store, world, {CHANNEL: terminal}, find)
            await converse(turns, terminal, lines, secrets.token_hex(8), greet=interactive)

    try:
        asyncio.run(talk())
    finally:
        store.close()


def piped() -> Iterator[str]:
    """Whatever bytes come: what is not UTF-8 is shown as a replacement sign, never refused."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def typed() -> Iterator[str]:
    session: PromptSession[str] = PromptSession("> ")
    while True:
        try:
            yield session.prompt(in_thread=True)
        except (EOFError, KeyboardInterrupt):
            return
