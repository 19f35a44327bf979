"""What is kept is sealed, kept once, and kept no longer than it should be: on SQLite and on PostgreSQL."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bot.dialogue.states import Conversation, Home, Memory, Reading
from bot.storage.conversations import StaleError
from bot.storage.keys import DataKeyError, key_from
from bot.storage.migrate import migrate
from bot.storage.store import Store, connect, opened
from bot.storage.tables import metadata
from bot.storage.turns import LEASE, TakenError, Turn
from bot.storage.vault import Vault, WrongKeyError
from bot.texts.message import Message, ShownButton, ShownLine

CHAT, OTHER = "test:1", "test:2"
REPLIES = (Message((ShownLine("Giấy khai sinh", "title", "https://a.vn"),), (ShownButton("fee:1.001193", "Phí"),)),)
READING = Conversation(state=Reading(code="1.001193"), memory=Memory(met=True, ticked=("1.001193/-/0",)))


def test_what_is_sealed_opens_in_its_place_and_in_no_other() -> None:
    vault = Vault(bytes(32))
    sealed = vault.seal("turn.heard", "Đẻ con".encode())
    assert vault.open("turn.heard", sealed) == "Đẻ con".encode()
    with pytest.raises(WrongKeyError):
        vault.open("turn.replies", sealed)


def test_the_same_words_are_sealed_differently_each_time() -> None:
    vault = Vault(bytes(32))
    assert vault.seal("turn.heard", b"x") != vault.seal("turn.heard", b"x")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(11), b"\x02" + bytes(40)])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(WrongKeyError):
        Vault(bytes(32)).open("turn.heard", sealed)


async def test_no_word_of_the_conversation_stands_in_the_files(talk: Any, tmp_path: Path) -> None:
    await talk.says("con em mới đẻ, tên là Nguyễn Thị Bưởi")
    await talk.starts("th_1-001193")
    written = b"".join((tmp_path / name).read_bytes() for name in ("local.db", "local.db-wal")).lower()
    assert b"test:1" in written  # the right files were read
    # of a wish some key words are kept apart, and those of nobody: see docs/privacy.md
    for word in ("nguyễn", "bưởi", "mới đẻ", "khai sinh", "reading", "1.001193"):
        assert word.encode() not in written, word


def test_another_key_is_told_apart(store: Store, database: str) -> None:
    keep(store, "u1")
    other = opened(database, Vault(b"\xff" * 32), store.now)
    for look in (lambda unit: unit.turns.latest(CHAT, 1), lambda unit: unit.conversations.get(CHAT)):
        with pytest.raises(WrongKeyError):
            other.run_now(look)
    other.close()


def test_a_conversation_comes_back_as_it_was_kept(store: Store) -> None:
    keep(store, "u1")
    stored = store.run_now(lambda unit: unit.conversations.get(CHAT))
    assert (stored.conversation, stored.version) == (READING, 1)
    assert store.run_now(lambda unit: unit.conversations.get(OTHER)).conversation is None


@pytest.mark.parametrize("known", [False, True], ids=["a newcomer", "a known chat"])
def test_the_loser_of_a_race_learns_it(store: Store, known: bool) -> None:
    if known:
        keep(store, "u1")
    read = store.run_now(lambda unit: unit.conversations.get(CHAT))
    store.run_now(lambda unit: unit.conversations.save(CHAT, read, READING))
    with pytest.raises(StaleError):
        store.run_now(lambda unit: unit.conversations.save(CHAT, read, Conversation(state=Home())))
    assert store.run_now(lambda unit: unit.conversations.get(CHAT)).conversation == READING


def test_an_update_is_taken_once_in_a_chat(store: Store) -> None:
    keep(store, "u1")
    with pytest.raises(TakenError):
        store.run_now(lambda unit: unit.turns.add(CHAT, "u1", "again", ()))
    store.run_now(lambda unit: unit.turns.add(OTHER, "u1", "mine", ()))
    assert store.run_now(lambda unit: unit.turns.get(CHAT, "u1")).heard == "u1"


def test_a_turn_is_owed_only_after_its_lease(store: Store, clock: Any) -> None:
    keep(store, "u1")
    assert owed(store) == []
    clock.passes(LEASE)
    assert [(turn.heard, turn.replies) for turn in owed(store)] == [("u1", REPLIES)]


def test_what_is_owed_is_claimed_by_one(store: Store, clock: Any) -> None:
    turn = keep(store, "u1")
    assert not claim(store, turn)
    clock.passes(LEASE)
    assert [claim(store, turn), claim(store, turn)] == [True, False]
    clock.passes(LEASE)
    assert claim(store, turn)


def test_what_is_settled_is_owed_no_more(store: Store, clock: Any) -> None:
    first, second = keep(store, "u1"), keep(store, "u2")
    store.run_now(lambda unit: unit.turns.settle(first.id))
    clock.passes(LEASE)
    assert [turn.id for turn in owed(store)] == [second.id]
    assert not claim(store, first)


def test_what_is_put_off_is_owed_later_and_counted(store: Store, clock: Any) -> None:
    turn = keep(store, "u1")
    store.run_now(lambda unit: unit.turns.put_off(turn.id, timedelta(minutes=5), 1))
    clock.passes(timedelta(minutes=4))
    assert owed(store) == []
    clock.passes(timedelta(minutes=1))
    assert [turn.attempts for turn in owed(store)] == [1]


def test_at_the_start_of_the_only_process_all_that_is_owed_is_due(store: Store) -> None:
    settled, put_off, fresh = keep(store, "u1"), keep(store, "u2"), keep(store, "u3")
    store.run_now(lambda unit: unit.turns.settle(settled.id))
    store.run_now(lambda unit: unit.turns.put_off(put_off.id, timedelta(hours=1), 1))
    assert store.run_now(lambda unit: unit.turns.release()) == 2
    assert [turn.id for turn in owed(store)] == [put_off.id, fresh.id]


def test_the_last_turns_come_oldest_first(store: Store) -> None:
    for update in ("u1", "u2", "u3"):
        keep(store, update)
    assert [turn.heard for turn in store.run_now(lambda unit: unit.turns.latest(CHAT, 2))] == ["u2", "u3"]


def test_what_is_old_is_deleted_and_what_is_not_stays(store: Store, clock: Any) -> None:
    keep(store, "old", chat=OTHER)
    clock.passes(timedelta(days=30))
    before = clock.now()
    keep(store, "new")
    gone = store.run_now(lambda unit: (unit.turns.purge(before), unit.conversations.purge(before)))
    assert gone == (1, 1)
    assert everything(store) == {CHAT: ["new"], OTHER: []}


def test_forgetting_a_chat_leaves_the_others(store: Store) -> None:
    keep(store, "u1")
    keep(store, "u1", chat=OTHER)
    store.run_now(lambda unit: (unit.turns.forget(CHAT), unit.conversations.forget(CHAT)))
    assert everything(store) == {CHAT: [], OTHER: ["u1"]}


def test_the_migrations_make_the_tables_and_may_run_again(bare_database: str) -> None:
    engine = connect(bare_database)
    migrate(engine)
    migrated = schema(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        names = inspect(connection).get_table_names()
        assert [change for change in compare_metadata(context, metadata) if change[1].name in metadata.tables] == []
    migrate(engine)
    assert schema(engine) == migrated
    metadata.drop_all(engine)
    metadata.create_all(engine)
    assert schema(engine) == migrated
    assert set(names) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "var" / "data.key"
    first = key_from(None, file)
    assert (len(first), file.stat().st_mode & 0o777) == (32, 0o600)
    assert key_from(None, file) == first
    assert key_from("ab" * 32, file) == b"\xab" * 32


@pytest.mark.parametrize("content", ["", "geheim", "ab" * 31, "zz" * 32, "chìa khóa"])
def test_a_key_that_is_none_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    file = tmp_path / "data.key"
    file.write_text(content, "utf-8")
    for given, named in ((None, "data.key"), (content, "NOIDAI_DATA_KEY")):
        with pytest.raises(DataKeyError, match=f"{named}: not 64 hexadecimal digits") as raised:
            key_from(given, file)
        assert not content or content not in str(raised.value)


def keep(store: Store, update: str, chat: str = CHAT) -> Turn:
    """A turn as the bot keeps it: the conversation moved on, and what was said."""

    def work(unit: Any) -> Turn:
        unit.conversations.save(chat, unit.conversations.get(chat), READING)
        return unit.turns.add(chat, update, update, REPLIES)

    return store.run_now(work)


def owed(store: Store) -> list[Turn]:
    return store.run_now(lambda unit: unit.turns.owed())


def claim(store: Store, turn: Turn) -> bool:
    return store.run_now(lambda unit: unit.turns.claim(turn.id)) is not None


def everything(store: Store) -> dict[str, list[str]]:
    """The words of each chat that still has a conversation."""

    def work(unit: Any) -> dict[str, list[str]]:
        chats = {chat: [turn.heard for turn in unit.turns.latest(chat, 9)] for chat in (CHAT, OTHER)}
        assert all(bool(turns) == bool(unit.conversations.get(chat).conversation) for chat, turns in chats.items())
        return chats

    return store.run_now(work)


def schema(engine: Engine) -> object:
    """Columns, keys and indexes as the database itself tells them."""
    inspector = inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            inspector.get_pk_constraint(table)["constrained_columns"],
            sorted(shown(index) for index in inspector.get_indexes(table)),
        )
        for table in metadata.tables
    }


def shown(index: Any) -> str:
    """With its condition: the age of what is owed is looked up among what is owed only."""
    conditions = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return repr((index["name"], index["column_names"], bool(index["unique"]), conditions))
