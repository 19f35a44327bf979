"""The command line, one module a group of commands."""

import sys
from typing import NoReturn

import typer

from bot.commands import catalogue, chatting, operating, searching
from bot.settings import SettingsError
from bot.storage.keys import DataKeyError
from bot.storage.vault import WrongKeyError
from procedures_catalog.files import CatalogueError

cli = typer.Typer(name="python -m bot", help="Nối Dài: procedures explained, and by post to the door.", no_args_is_help=True)
cli.command("run")(operating.run)
cli.command("migrate")(operating.migrate)
cli.command("doctor")(operating.doctor)
cli.command("chat")(chatting.chat)
cli.command("search")(searching.search)
cli.add_typer(catalogue.cli, name="catalogue")


def main() -> None:
    """A fault of the files or the settings is told in its own words; anything else is a bug and shows its trace."""
    try:
        cli()
    except (CatalogueError, SettingsError, DataKeyError) as error:
        stop(str(error))
    except WrongKeyError as error:
        stop(f"{error}: stored with another key than NOIDAI_DATA_KEY or NOIDAI_DATA_KEY_FILE gives")


def stop(message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    sys.exit(2)
