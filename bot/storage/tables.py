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

NOT_SETTLED = "held_at IS NOT NULL OR due_at IS NOT NULL AND failing_since IS NOT NULL"  # of turns: few of them

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
    Column("sent", Integer, nullable=False, server_default="0"),  # parts on the screen already, of a try that failed
    Column("failing_since", DateTime(timezone=True)),  # the first try that failed; NULL: none did, or it is held
    Column("sending", Boolean, nullable=False, server_default=sql("false")),  # tried again just now, until due_at
    Column("shown_at", DateTime(timezone=True)),  # NULL: it was not, or nobody knows yet
    Column("written_at", DateTime(timezone=True)),  # the update, by the channel's clock; NULL: it does not say
    Index("turn_update", "chat", "update_id", unique=True),  # an update is taken once
    Index("turn_due", "due_at", sqlite_where=sql("due_at IS NOT NULL"), postgresql_where=sql("due_at IS NOT NULL")),
    Index("turn_waiting", "chat", sqlite_where=sql(NOT_SETTLED), postgresql_where=sql(NOT_SETTLED)),
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

# A dossier at an agency, as far as its system told. In plain stands what is counted, and nothing that names a person.
dossier = Table(
    "dossier",
    metadata,
    Column("key", String(64), primary_key=True),  # blind index of the code
    Column("code", LargeBinary),  # sealed; NULL: erased
    Column("data", LargeBinary),  # sealed Dossier; NULL: no system has answered yet, or erased
    Column("system", String(64), nullable=False),  # key of the system that is asked; "": not known yet
    Column("trial", Boolean, nullable=False),  # told of by the sandbox
    Column("agency", String(200)),
    Column("commune", String(8)),  # code; NULL: not known
    Column("channel", String(16)),  # direct, online, post
    Column("procedure", String(32)),
    Column("status", String(16)),
    Column("received", DateTime(timezone=True)),
    Column("due", DateTime(timezone=True)),
    Column("finished", DateTime(timezone=True)),
    Column("returned", DateTime(timezone=True)),
    Column("known_at", DateTime(timezone=True)),  # when its system was asked for what is kept
    Column("version", Integer, nullable=False),  # counts what was kept; who comes with an older answer keeps nothing
    Column("followed_at", DateTime(timezone=True)),  # first; NULL: it was only looked at
    Column("next_look", DateTime(timezone=True)),  # NULL: nobody follows, or nothing more is to come
    Column("failures", Integer, nullable=False),  # of its system's answer, one after the other
    Column("missing_since", DateTime(timezone=True)),  # the system answers, and does not know it
    Column("warned", Date),  # the day its dates were last looked at for a warning
    Column("ended_at", DateTime(timezone=True)),  # when we learnt of its end
    Index(
        "dossier_look",
        "system",
        "next_look",
        sqlite_where=sql("next_look IS NOT NULL"),
        postgresql_where=sql("next_look IS NOT NULL"),
    ),
)

follow = Table(
    "follow",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("chat", String(160), primary_key=True),
    Column("language", String(8), nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("proved", Boolean, nullable=False),  # more than the status may be told
    Column("lasting", Boolean, nullable=False),  # False: it ends with the next answer
    Column("asked", Boolean, nullable=False),  # asked while the system was down: its next answer is told
    Column("number", String(16)),  # of the order it was collected with
    Column("ended_at", DateTime(timezone=True)),  # unfollowed, or answered
    Index("follow_chat", "chat", "since"),
    sqlite_with_rowid=False,
)

# What followers were told of a dossier: each thing once, however long ago its notice was erased.
dossier_news = Table(
    "dossier_news",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("change", String(120), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    sqlite_with_rowid=False,
)

# Who asked for which dossier. It outlives the wish to be forgotten: a limit that can be deleted is none.
attempt = Table(
    "attempt",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("chat", String(160), nullable=False),
    Column("key", String(64), nullable=False),  # of the dossier
    Column("at", DateTime(timezone=True), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("counts", Boolean, nullable=False),  # towards the chat's limits
    Index("attempt_chat", "chat", "at"),
    Index("attempt_key", "key", "at"),
    Index("attempt_at", "at"),
)

# How an agency's system bears our calls; one row a system, shared by all processes.
rate = Table(
    "rate",
    metadata,
    Column("system", String(64), primary_key=True),
    Column("free_at", DateTime(timezone=True), nullable=False),  # the next call begins no earlier
    Column("failures", Integer, nullable=False),  # calls that failed, one after the other
    Column("failed_at", DateTime(timezone=True)),  # the last of them
    Column("refused", Boolean, nullable=False),  # it will not have us; an operator was told
)

# Calls under way. What a killed process left ends by itself.
call = Table(
    "call",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("system", String(64), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Index("call_system", "system"),
)

# Updates as they came, until they are worked through.
inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("chat", String(144), nullable=False),
    Column("key", String(160), nullable=False),  # the channel's own id of the update, within its chat
    Column("ordinal", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed
    Column("came_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),  # nobody is at work on it from then on
    Column("attempts", Integer, nullable=False),
    Index("inbox_key", "channel", "chat", "key", unique=True),
    Index("inbox_chat", "channel", "chat", "ordinal"),
)

# Whether and since when somebody can be written to, for channels that have windows or tell of it.
contact = Table(
    "contact",
    metadata,
    Column("chat", String(160), primary_key=True),  # "zalo:1234"
    Column("heard_at", DateTime(timezone=True)),  # the last thing they did that opens the channel's window
    Column("gone_at", DateTime(timezone=True)),  # they blocked us, or follow no more; NULL: they are there
    Column("paused_until", DateTime(timezone=True)),  # a human of the office is talking with them
    Column("returned_at", DateTime(timezone=True)),  # the last time they let us write again
)

# What an operator must know of, once, until it is over.
alarm = Table(
    "alarm",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),
)

# What somebody else's service granted us: tokens that change hands by being used.
grant = Table(
    "access_grant",
    metadata,
    Column("name", String(32), primary_key=True),  # "zalo"
    Column("data", LargeBinary, nullable=False),  # sealed access and refresh token
    Column("version", Integer, nullable=False),  # counts the pairs
    Column("until", DateTime(timezone=True), nullable=False),  # the access token is good
    Column("renewing_until", DateTime(timezone=True)),  # by whoever holds it now; NULL: nobody
)
