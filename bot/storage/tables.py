"""The tables. Rows never leave this package: the rest of the bot sees plain values."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy import text as sql

metadata = MetaData()

conversation = Table(
    "conversation",
    metadata,
    Column("chat", String(160), primary_key=True),  # "telegram:1234"
    Column("data", LargeBinary, nullable=False),  # sealed Conversation
    Column("version", Integer, nullable=False),  # counts the turns; the loser of a race runs its turn again
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

turn = Table(
    "turn",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("chat", String(160), nullable=False),
    Column("update_id", String(160), nullable=False),  # the channel's own id of the update
    Column("heard", LargeBinary, nullable=False),  # sealed words of the citizen
    Column("replies", LargeBinary, nullable=False),  # sealed messages
    Column("kept_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),  # when to send it, again if need be; NULL: settled
    Column("attempts", Integer, nullable=False),
    Index("turn_update", "chat", "update_id", unique=True),  # an update is taken once
    Index("turn_due", "due_at", sqlite_where=sql("due_at IS NOT NULL"), postgresql_where=sql("due_at IS NOT NULL")),
)

# In plain: nothing tells whose wording it was, not even the order in which the rows came.
miss = Table(
    "miss",
    metadata,
    Column("wording", String(640), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("shown", String(16), primary_key=True),  # code; "" for none: NULLs would never be equal
    Column("settled", String(16), primary_key=True),  # the same
    Column("times", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    sqlite_with_rowid=False,
)
