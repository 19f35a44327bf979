"""Running the service and looking after it."""

import asyncio
import logging
import sys
from collections.abc import Sequence

import structlog
import typer
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from bot import app, app_dossiers
from bot.services.dossiers.routes import Route
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
    """Look at settings, catalogue, key and database, and say what to do."""
    settings = load_settings()
    catalogue = app.read_catalogue(settings)
    typer.echo(f"settings: read; web chat at {settings.host}:{settings.port}")
    layers = "national, bundled" if settings.catalogue else "bundled only (NOIDAI_CATALOGUE names no import)"
    typer.echo(f"catalogue: {len(catalogue)} procedures; layers: {layers}")
    try:
        store = app.open_store(settings)
        with store.engine.connect() as connection:
            kept = connection.execute(sql("SELECT count(*) FROM turn")).scalar_one()
        store.close()
    except SQLAlchemyError as error:
        typer.echo(f"database: cannot be used: {type(error).__name__}; look at NOIDAI_DATABASE_URL")
        raise typer.Exit(1) from None
    typer.echo(f"database: {store.engine.dialect.name}, schema up to date, {kept} turns kept")
    typer.echo(f"post: {settings.post}" + (" (a pretend one: no postman comes)" if settings.post == "sandbox" else ""))
    for line in asyncio.run(systems_of(settings)):
        typer.echo(line)
    typer.echo("telegram: token set" if settings.telegram_token else "telegram: off (NOIDAI_TELEGRAM_TOKEN is empty)")


async def systems_of(settings: Settings) -> list[str]:
    """The systems dossiers are asked in, and for which codes. Raises SystemsError when the file is wrong."""
    if settings.dossier_systems is None:
        pretend = "pretend agencies" if settings.post == "sandbox" else "only a link to the national portal"
        return [f"dossiers: {pretend} (NOIDAI_DOSSIER_SYSTEMS is empty)"]
    async with app_dossiers.connected(settings, None) as routes:
        return [f"dossiers: {described(route, routes.prefixes(route))}" for route in routes.all]


def described(route: Route, prefixes: Sequence[str]) -> str:
    how = f"{route.per_minute:g} a minute, {route.at_once} at once" if route.system else f"only the page {route.page}"
    return f"{', '.join(prefixes)}: {route.name('en')}, {how}"
