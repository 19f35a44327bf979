"""What the one who looks after the Zalo Official Account needs."""

import asyncio
from typing import Annotated, NoReturn

import typer
from yarl import URL

from bot import app
from bot.handlers.zalo.consent import CALLBACK, Asking, ConsentError, asking, brought, code_in, keep
from bot.handlers.zalo.oauth import Fresh, NoReplyError, RefusedError
from bot.settings import Settings, load_settings

cli = typer.Typer(help="The Zalo Official Account.", no_args_is_help=True)


@cli.callback()
def zalo() -> None:
    """Without it Typer would take the only command for the whole group."""


@cli.command("consent")
def consent(
    callback: Annotated[
        str | None, typer.Option(help=f"The callback address of the app; NOIDAI_PUBLIC_URL{CALLBACK} if not given.")
    ] = None,
) -> None:
    """Let an administrator of the account allow the app to act for it, and keep the tokens that come of it."""
    settings = load_settings()
    public = str(settings.public_url or "").rstrip("/")
    callback = callback or (public + CALLBACK if public else None)
    if settings.zalo_app_id is None or callback is None:
        stop("NOIDAI_ZALO_APP_ID, NOIDAI_ZALO_APP_SECRET and NOIDAI_PUBLIC_URL (or --callback) are needed first")
    asked = asking(URL(str(settings.zalo_oauth)), settings.zalo_app_id, callback)
    typer.echo(f"1. Open this address as an administrator of the Official Account, choose it, allow:\n\n{asked.url}\n")
    typer.echo(f"2. The browser stops at {callback}?code=…; copy the whole address from its address bar.\n")
    found = brought_by(typer.prompt("3. Paste it here, within ten minutes"), settings, asked)
    store = app.open_store(settings)
    try:
        store.run_now(lambda unit: keep(unit, found))
    finally:
        store.close()
    typer.echo(
        "The account's tokens are kept, and renewed from now on by the service. `python -m bot doctor` tries them."
    )


def brought_by(pasted: str, settings: Settings, asked: Asking) -> Fresh:
    secret = settings.zalo_app_secret.get_secret_value() if settings.zalo_app_secret else ""
    try:
        code = code_in(pasted, asked)
        return asyncio.run(brought(URL(str(settings.zalo_oauth)), settings.zalo_app_id or "", secret, code, asked))
    except ConsentError as error:
        stop(str(error))
    except RefusedError as error:
        stop(f"Zalo refuses ({error}): is the app active, its secret right, the callback registered? Then begin anew")
    except NoReplyError as error:
        stop(f"Zalo was not reached ({error}): is NOIDAI_ZALO_OAUTH open for this machine? Then begin anew")


def stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)
