"""The command line, one module a group of commands."""

import sys
from io import TextIOWrapper
from typing import NoReturn

import typer
from sqlalchemy.exc import DatabaseError

from bot.commands import catalogue, chatting, dossiers, operating, posting, reporting, searching, zalo
from bot.settings import SettingsError
from bot.storage.keys import DataKeyError
from bot.storage.vault import WrongKeyError
from procedures_catalog.files import CatalogueError

cli = typer.Typer(
    name="python -m bot", help="Nối Dài: procedures explained, and by post to the door.", no_args_is_help=True
)
cli.command("run")(operating.run)
cli.command("migrate")(operating.migrate)
cli.command("doctor")(operating.doctor)
cli.command("chat")(chatting.chat)
cli.command("search")(searching.search)
cli.add_typer(catalogue.cli, name="catalogue")
cli.add_typer(posting.cli, name="post")
cli.add_typer(dossiers.cli, name="dossier")
cli.add_typer(reporting.cli, name="report")
cli.add_typer(zalo.cli, name="zalo")


def main() -> None:
    """A fault of files, settings or machine is told in its own words; anything else is a bug and shows its trace."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot write Vietnamese gets question marks
    try:
        cli()
    except (CatalogueError, SettingsError, DataKeyError) as error:
        stop(str(error))
    except WrongKeyError as error:
        stop(f"{error}: stored with another key than NOIDAI_DATA_KEY or NOIDAI_DATA_KEY_FILE gives")
    except DatabaseError as error:
        stop(f"NOIDAI_DATABASE_URL: the database cannot be used: {str(error.orig).splitlines()[0]}")
    except OSError as error:  # a folder that cannot be written, a port that is taken
        stop(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))


def stop(message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    sys.exit(2)
