"""Running the service and looking after it."""

import asyncio
import logging
import sys

import structlog
import typer

from bot import app
from bot.app_doctor import examine
from bot.settings import Settings, load_settings


def run() -> None:
    """Serve the web chat, and Telegram when its token is set, until stopped."""
    settings = load_settings()
    log_to_stderr(settings.log_level)
    asyncio.run(app.serve(settings, lambda address: typer.echo(f"Nối Dài: {address} (Ctrl+C to stop)")))


def log_to_stderr(level: str) -> None:
    """A trace is written without the variables in it: they hold what citizens wrote."""
    written = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper("iso"), written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def migrate() -> None:
    """Bring the database's schema up to date."""
    app.open_store(load_settings()).close()
    typer.echo("the database is up to date")


def doctor() -> None:
    """Look at every part of the service and of what it stands on, and say what to do."""
    ill = asyncio.run(told(load_settings()))
    if ill:
        raise typer.Exit(1)


async def told(settings: Settings) -> int:
    """How many parts are not well."""
    ill = 0
    async for well, line in examine(settings):
        typer.echo(line if well else f"!! {line}")
        ill += not well
    return ill
