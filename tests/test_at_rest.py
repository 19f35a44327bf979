"""Name, phone, street and note of a citizen stand nowhere in plain: not in a file, not in a table, not in a log."""

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from unicodedata import combining, normalize

import pytest
from aiohttp import ClientSession
from pydantic import ValidationError
from sqlalchemy import inspect, make_url, text
from structlog.testing import capture_logs

from bot.dialogue.states import Booking, Conversation, Draft, Memory, Waiting
from bot.dialogue.world import World
from bot.dossiers.dossier import Answer, Dossier, Owner
from bot.periodic import every
from bot.pickup.order import Address, Order, Person, Return
from bot.pickup.progress import News
from bot.sandbox.office import Office
from bot.sandbox.wire import application
from bot.storage.pickups import DATA
from bot.storage.store import Store, Unit, connect, opened
from bot.storage.vault import Vault
from bot.work import durable
from bot.work.durable import Jobs, working
from tests.conftest import CHANNEL, KEY, Clock, Talk, migrated, talking
from tests.desks import desk_of, gateway_to, spread
from tests.pretend_post import HASTE, LATER, SLOW, Serves, number
from tests.pretend_post import order as an_order

NAME, PHONE, STREET = "Đặng Quỳnh Xuyến", "+84868123457", "ngách 17/3 phố Vọng Hà"
LANDMARK, NOTE, SAID = "cây sung cụt", "chó becgiê không xích", "xã Lùng Khấu cũ"
RECEIVER, RECEIVER_PHONE, BACK_TO = "Lường Khắc Phiệt", "+84355987641", "ki ốt 8 chợ Đông Bục"
CORRECTED, CORRECTED_PHONE = "Tạ Thị Hạnh Nguyên", "+84979135246"
REASON = "gọi chị Xuyến nhiều lần thuê bao khóa máy"
DOSSIER, IDENTITY = "H26.15-261112-0042", "001199000123"  # the second is compared, and never kept
PHONES = (PHONE, RECEIVER_PHONE, CORRECTED_PHONE)
WORDS = (
    NAME,
    STREET,
    LANDMARK,
    NOTE,
    SAID,
    RECEIVER,
    BACK_TO,
    CORRECTED,
    REASON,
    "Xuyến",
    "Vọng Hà",
    "becgiê",
    "Phiệt",
    DOSSIER,
)
SAYS = (
    f"{NAME} {PHONE} ở {STREET}, {NOTE}",  # which nothing fits: what is learnt from it must not be this
    f"chiều thứ tư qua nhà lấy hồ sơ khai sinh ở {STREET}, phường Đông Kinh, Lạng Sơn, tên {NAME}, sđt 0868 123 457",
)
Until = Callable[[Callable[[], object]], Awaitable[None]]


# -- what is looked for


def spellings(words: str) -> set[str]:
    """As it was said, and as careless or helpful software would keep it."""
    plain = {words, bare(words)}
    cases = {case for one in plain for case in (one, one.lower(), one.upper())}
    return {normalize(form, one) for form in ("NFC", "NFD") for one in cases}


def bare(words: str) -> str:
    """Without diacritics."""
    letters = (letter for letter in normalize("NFD", words.replace("đ", "d").replace("Đ", "D")))
    return "".join(letter for letter in letters if not combining(letter))


def dialled(phone: str) -> set[str]:
    """The number in E.164, as dialled here, and with the blanks, dots and dashes people write."""
    digits = phone.removeprefix("+84")
    parts = [digits[:3], digits[3:6], digits[6:]]
    return {digits, *(glue.join(parts) for glue in (" ", ".", "-")), f"{digits[:2]} {digits[2:5]} {digits[5:]}"}


def needles() -> dict[bytes, str]:
    found = {spelling for words in WORDS for spelling in spellings(words)}
    found |= {spelling for phone in PHONES for spelling in dialled(phone)}
    ways: tuple[Callable[[str], str], ...] = (str, lambda one: json.dumps(one)[1:-1], lambda one: one.encode().hex())
    return {way(one).encode(): one for one in found for way in ways}


def found_in(haystack: bytes) -> set[str]:
    return {words for needle, words in needles().items() if needle in haystack}


def at_rest(url: str, folder: Path) -> bytes:
    """All that the database holds: of SQLite its files, of PostgreSQL every row of every table, and its files too."""
    if make_url(url).get_backend_name() == "sqlite":
        return b"\n".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())
    engine = connect(url)
    parts: list[bytes] = []
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        inspector = inspect(connection)
        for schema in ("public", "dbos"):
            for table in inspector.get_table_names(schema=schema):
                rows = connection.execute(text(f'SELECT t::text AS row FROM {schema}."{table}" AS t'))
                parts += [f"{schema}.{table} {row}".encode() for row in rows.scalars()]
        base = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        data = Path(str(connection.scalar(text("SHOW data_directory"))))
    engine.dispose()
    files = [*(data / "base" / str(base)).iterdir(), *(file for file in (data / "pg_wal").iterdir() if file.is_file())]
    return b"\n".join([*parts, *(file.read_bytes() for file in files)])


# -- what happens to a citizen


def tell_tale(count: int) -> Order:
    commune = an_order().address.commune
    return an_order(
        count,
        chat="test:2",
        sender=Person(name=NAME, phone=PHONE),
        address=Address(commune=commune, street=STREET, said=SAID, landmark=LANDMARK),
        back=Return(to=Address(commune=commune, street=BACK_TO), receiver=Person(name=RECEIVER, phone=RECEIVER_PHONE)),
        note=NOTE,
    )


def drafted(unit: Unit) -> None:
    draft = Draft(
        name=NAME,
        phone=PHONE,
        commune=an_order().address.commune,
        said=SAID,
        street=STREET,
        landmark=LANDMARK,
        note=NOTE,
        receiver=Person(name=RECEIVER, phone=RECEIVER_PHONE),
        back_to=Address(commune=an_order().address.commune, street=BACK_TO),
    )
    state = Booking(asked="note", pending=(Waiting(said=f"{NAME} {PHONE}"),))
    talk = Conversation(state=state, memory=Memory(draft=draft))
    unit.conversations.save("test:3", unit.conversations.get("test:3"), talk)


def ordered(unit: Unit) -> None:
    """Placed, corrected, moved, and told why the postman came in vain."""
    unit.consents.add("test:2", "2026-11", given=True)
    for count in range(3):
        unit.pickups.add(tell_tale(count))
    unit.pickups.correct(number(1), Person(name=CORRECTED, phone=CORRECTED_PHONE))
    unit.pickups.move(number(2), LATER)


async def follows(talk: Talk) -> None:
    """A dossier of somebody, proved, followed, and told of unasked."""
    answer = Answer(
        dossier=Dossier(code=DOSSIER, system="agency", status="processing", reason=REASON),
        owner=Owner(name=RECEIVER, phone=RECEIVER_PHONE, identity=IDENTITY),
    )
    await talk.hears_of_the_agency(answer)
    await talk.says(DOSSIER)
    await talk.taps("Xem thêm")
    await talk.says(RECEIVER_PHONE[-4:])
    assert any("L***" in line for line in talk.seen)  # it was proved
    await talk.taps("Báo tôi khi có thay đổi")
    talk.clock.passes(timedelta(hours=1))
    waiting = {"status": "supplement", "papers": (f"giấy của {NAME}",)}
    await talk.hears_of_the_agency(answer.model_copy(update={"dossier": answer.dossier.model_copy(update=waiting)}))
    assert any(NAME in line for line in talk.seen)  # so it was kept


async def talks(world: World, store: Store, clock: Clock) -> Talk:
    talk = talking(world, store, clock)
    await follows(talk)
    for words in SAYS:
        await talk.says(words)
    await talk.taps("Đồng ý")
    return talk


def failed(count: int) -> News:
    at = datetime(2026, 11, 25, 3, tzinfo=UTC)
    return News(order=number(count), key="failed", status="collection_failed", at=at, reason=REASON)


# -- the tests


async def test_nothing_of_a_citizen_stands_in_the_database_nor_in_what_is_logged(
    bare_database: str,
    world: World,
    aiohttp_server: Serves,
    clock: Clock,
    tmp_path: Path,
    until: Until,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole way: said, drafted, ordered, told to a post that fails in every way, heard of, reminded of."""
    jobs = Jobs()
    monkeypatch.setattr(durable, "LOOK", 0.02)
    monkeypatch.setattr(durable, "wait_before", lambda _: 0.02)
    logging.getLogger("dbos").addHandler(caplog.handler)
    loud = (caplog.at_level(logging.DEBUG, logger) for logger in (None, "sqlalchemy.engine"))
    with capture_logs() as logs, next(loud), next(loud):
        store = opened(migrated(bare_database), Vault(KEY), clock.now, jobs.enqueue)
        office = Office.opened(tmp_path / "office.db", wall=clock.now)
        server = await aiohttp_server(application(office, slow=SLOW))
        async with ClientSession() as session:
            desk = desk_of(store, gateway_to(server.make_url("/"), session, HASTE), clock)
            async with working(bare_database, "test", jobs, desk.settle), every(0.1, desk.sweep):
                talk = await talks(world, store, clock)
                spread(office, 1)
                store.run_now(drafted)
                store.run_now(ordered)
                await until(lambda: "post not reached" in {log["event"] for log in logs})
                spread(office, 0.3)
                await until(lambda: not store.run_now(lambda unit: unit.pickups.unsettled()))
                store.run_now(lambda unit: unit.pickups.move(number(0), LATER))
                await desk.told([failed(0)])
                await until(lambda: not store.run_now(lambda unit: unit.pickups.unsettled()))
                await desk.follow()
        memory = store.run_now(lambda unit: unit.conversations.get(f"{CHANNEL}:1")).conversation
        assert memory
        draft = memory.memory.draft
        assert draft
        assert (draft.name, draft.phone, draft.street) == (NAME, PHONE, STREET)
        assert any(STREET in line for line in talk.seen)  # so it was kept, among the turns
        kept = at_rest(bare_database, tmp_path)
        store.close()
        office.close()
    assert number(1).encode() in kept  # the right files and tables were read
    assert b"test:2" in kept
    assert found_in(kept) == set()
    assert IDENTITY.encode() not in kept
    told = repr(logs) + caplog.text + "".join(capfd.readouterr())
    assert "INSERT INTO pickup" in told  # also what a library would say if it were asked to
    assert "order/cancel" in told or "order/post" in told
    assert found_in(told.encode()) == set()
    assert IDENTITY not in told


class GlassVault(Vault):
    """Seals nothing."""

    def seal(self, place: str, content: bytes) -> bytes:
        return content

    def open(self, place: str, sealed: bytes) -> bytes:
        return sealed

    def index(self, place: str, content: str) -> str:
        return content


async def test_unsealed_all_of_it_would_be_found(
    world: World, migrated_sqlite: Path, tmp_path: Path, clock: Clock
) -> None:
    """That the test above looks in the right places, for the right words."""
    url = f"sqlite:///{copy(migrated_sqlite, tmp_path / 'glass.db')}"
    store = opened(url, GlassVault(KEY), clock.now)
    await follows(talking(world, store, clock))
    store.run_now(drafted)
    store.run_now(ordered)
    await desk_of(store, None, clock).told([failed(0)])  # type: ignore[arg-type]
    written = at_rest(url, tmp_path)
    store.close()
    assert set(WORDS) <= found_in(written)
    assert {phone.removeprefix("+84") for phone in PHONES} <= found_in(written)
    assert IDENTITY.encode() not in written


WHOLE = tell_tale(1).model_dump_json()


@pytest.mark.parametrize(
    "kept",
    [
        json.dumps({"sender": {"name": NAME}, "note": NOTE}),
        WHOLE[:-5],
        WHOLE.removesuffix("}") + f', "name": "{NAME}"}}',
    ],
    ids=["fields missing", "no JSON", "a field too many"],
)
def test_an_order_that_can_no_longer_be_read_is_not_quoted(local_store: Store, kept: str) -> None:
    """After a change of ours: such an error is logged, with its words."""

    def spoilt(unit: Unit) -> None:
        unit.pickups.add(tell_tale(1))
        sealed = unit.pickups.vault.seal(DATA, kept.encode())
        unit.pickups.connection.execute(text("UPDATE pickup SET data = :data"), {"data": sealed})

    local_store.run_now(spoilt)
    with pytest.raises(ValidationError) as failed:
        local_store.run_now(lambda unit: unit.pickups.get(number(1)))
    assert found_in(f"{failed.value} {failed.value!r}".encode()) == set()


@pytest.mark.parametrize("words", [NAME, "0868 123 457", "0868123457", "+84868123457", "dang quynh xuyen", "VỌNG HÀ"])
def test_each_way_of_writing_it_would_be_found(words: str) -> None:
    for way in (words, json.dumps({"x": words}), normalize("NFD", words), words.encode().hex()):
        assert found_in(f"… {way} …".encode()), way
    assert found_in(b"ND261121-000001 test:2 05977 1.001193 +84900000000") == set()
