"""Conversations at rest."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.dialogue.states import CONVERSATION, Conversation
from bot.storage.prepared import Prepared
from bot.storage.tables import conversation as table
from bot.storage.vault import Vault

PLACE = "conversation.data"

GET = Prepared(select(table.c.data, table.c.version).where(table.c.chat == bindparam("chat")))
ADD = Prepared(insert(table), tuple(table.c.keys()))
MOVE = Prepared(
    update(table)
    .where(table.c.chat == bindparam("of_chat"), table.c.version == bindparam("as_read"))
    .values(data=bindparam("data"), version=bindparam("version"), changed_at=bindparam("changed_at"))
)


class StaleError(Exception):
    """Another process moved the conversation on since it was read; the turn must be run again."""


@dataclass(frozen=True)
class Stored:
    conversation: Conversation | None  # None: never spoke
    version: int


@dataclass(frozen=True)
class Conversations:
    connection: Connection
    vault: Vault
    now: datetime

    def get(self, chat: str) -> Stored:
        row = GET.first(self.connection, {"chat": chat})
        if row is None:
            return Stored(None, version=0)
        return Stored(CONVERSATION.validate_json(self.vault.open(PLACE, row.data)), row.version)

    def save(self, chat: str, stored: Stored, moved: Conversation) -> None:
        """Raises StaleError when `stored` is no longer what the database holds."""
        data = self.vault.seal(PLACE, CONVERSATION.dump_json(moved))
        version = stored.version + 1
        if stored.version == 0:
            self._add({"chat": chat, "data": data, "version": version, "changed_at": self.now})
            return
        move = {"of_chat": chat, "as_read": stored.version, "data": data, "version": version, "changed_at": self.now}
        if MOVE.run(self.connection, move) != 1:
            raise StaleError(chat)

    def _add(self, row: dict[str, object]) -> None:
        try:
            ADD.run(self.connection, row)
        except IntegrityError as error:  # two first messages at once
            raise StaleError(row["chat"]) from error

    def forget(self, chat: str) -> None:
        self.connection.execute(delete(table).where(table.c.chat == chat))

    def purge(self, before: datetime) -> int:
        return self.connection.execute(delete(table).where(table.c.changed_at < before)).rowcount
