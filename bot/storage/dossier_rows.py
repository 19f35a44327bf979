"""Rows of dossiers and of who follows them, read into plain values, and what is written of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.dossiers.dossier import ENDED, Dossier
from bot.storage.pickups import utc
from bot.storage.vault import Vault
from knowledge.tongue import Language

CODE, DATA = "dossier.code", "dossier.data"
AGENCY, PROCEDURE = 200, 32  # characters kept in plain; a system may write more


@dataclass(frozen=True)
class Known:
    """What is kept of a dossier. `version` 0: nothing is."""

    key: str
    code: str
    system: str = ""  # key of the system that is asked; "": not known yet
    dossier: Dossier | None = None  # None: no system has answered yet
    known_at: datetime | None = None
    version: int = 0
    failures: int = 0
    missing_since: datetime | None = None
    ended_at: datetime | None = None
    followed: bool = False  # by anybody, and more may come
    trial: bool = False


@dataclass(frozen=True)
class Follower:
    """A chat that follows a dossier."""

    key: str
    chat: str
    language: Language
    proved: bool
    lasting: bool
    asked: bool  # while the system was down: it wants to hear the next answer, whatever it is
    order: str | None  # number of the pickup the dossier was collected with


def known(row: Row[Any], vault: Vault) -> Known:
    return Known(
        row.key,
        vault.open(CODE, row.code).decode(),
        row.system,
        Dossier.model_validate_json(vault.open(DATA, row.data)) if row.data else None,
        row.known_at and utc(row.known_at),
        row.version,
        row.failures,
        row.missing_since and utc(row.missing_since),
        row.ended_at and utc(row.ended_at),
        row.next_look is not None,
        row.trial,
    )


def follower(row: Row[Any]) -> Follower:
    return Follower(row.key, row.chat, row.language, row.proved, row.lasting, row.asked, row.number)


def told_of(dossier: Dossier, before: Known, now: datetime, vault: Vault) -> Mapping[str, object]:
    """The columns that hold what a system told; what it does not tell of channel and procedure is left as it was."""
    days = {name: getattr(dossier, name) for name in ("received", "due", "finished", "returned")}
    plain = {
        "channel": dossier.channel,
        "procedure": dossier.procedure and dossier.procedure[:PROCEDURE],
        "agency": dossier.agency and dossier.agency[:AGENCY],
    }
    return {
        "data": vault.seal(DATA, dossier.model_dump_json(exclude_defaults=True).encode()),
        "status": dossier.status,
        **{name: day and utc(day) for name, day in days.items()},
        **{name: value for name, value in plain.items() if value},
        "failures": 0,
        "missing_since": None,
        "ended_at": (before.ended_at or now) if dossier.status in ENDED else None,
    }
