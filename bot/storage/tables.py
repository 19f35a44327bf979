"""The tables. Rows never leave this package: the rest of the bot sees plain values."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
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
    Column("held_at", DateTime(timezone=True)),  # until the citizen writes again: the channel takes nothing before
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

# What was ordered is sealed. In plain stands only what is looked for, and nothing that names or finds a person.
pickup = Table(
    "pickup",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("chat", String(160), nullable=False),
    Column("data", LargeBinary),  # sealed Order; NULL: erased
    Column("before", LargeBinary),  # sealed Order as the post knows it, while a change of it is on the way to it
    Column("phone", String(64)),  # blind index; NULL: erased
    Column("procedure", String(16), nullable=False),
    Column("commune", String(8), nullable=False),
    Column("day", Date, nullable=False),  # of the visit wished
    Column("shift", String(16), nullable=False),
    Column("moves", Integer, nullable=False),  # how often the visit was changed
    Column("status", String(24), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),  # when the status began, as the post says
    Column("item", String(32)),  # tracking number
    Column("reason", LargeBinary),  # sealed words of the post
    Column("at_post", String(16), nullable=False),  # no, maybe, yes: what is known of the other side
    Column("moves_at_post", Integer, nullable=False),  # the change of the visit the post knows of
    Column("corrections", Integer, nullable=False),
    Column("to_cancel", Boolean, nullable=False),
    Column("reminded", Date),  # of the visit on this day
    Column("delayed", Boolean, nullable=False),  # whether the citizen was told that the post cannot be reached
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("pickup_chat", "chat", "ordered_at"),
    Index("pickup_phone", "phone"),
    Index("pickup_visit", "day", "commune", "shift"),
)

pickup_news = Table(
    "pickup_news",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("key", String(160), primary_key=True),  # the same news is kept once
    Column("status", String(24), nullable=False),
    Column("code", String(32), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("changed", Boolean, nullable=False),  # whether it moved the order on
    sqlite_with_rowid=False,
)

# Tracking numbers the post has given beforehand (the provincial gateway wants them), each used for one order.
item = Table(
    "item",
    metadata,
    Column("item", String(32), primary_key=True),
    Column("number", String(16), unique=True),
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", String(64), primary_key=True),  # of a feed
    Column("value", String(256), nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("chat", String(160), nullable=False),
    Column("version", String(32), nullable=False),
    Column("given", Boolean, nullable=False),  # False: taken back
    Column("at", DateTime(timezone=True), nullable=False),
    Index("consent_chat", "chat"),
)
