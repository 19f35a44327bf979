"""The account's token: renewed once whoever needs it, kept before it is used, never lost by us."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs
from yarl import URL

from bot.handlers.zalo import tokens as tokens_module
from bot.handlers.zalo.consent import keep
from bot.handlers.zalo.errors import ZaloError
from bot.handlers.zalo.oauth import OAuth
from bot.handlers.zalo.tokens import ALARM, LEASE, NAME, TOO_NEW
from bot.storage.grants import Pair
from bot.storage.store import Store, Unit
from tests.conftest import Clock
from tests.fake_zalo import APP, SECRET
from tests.zalo_account import HELLO, Account, Process, Serves, opened

SENDS = 500
A_DAY = timedelta(hours=26)  # longer than a token's life
OpenStore = Callable[[], Store]


@pytest.fixture
async def account(aiohttp_server: Serves, clock: Clock) -> AsyncIterator[Account]:
    async with ClientSession() as session:
        yield await opened(aiohttp_server, session, clock.now)


def kept(store: Store) -> Pair:
    grant = store.run_now(lambda unit: unit.grants.get(NAME))
    assert grant
    return grant.pair


async def all_send(processes: list[Process], count: int = SENDS) -> list[str]:
    """Each to a user of its own, by turns from each process; the texts that went wrong."""
    sends = [processes[number % len(processes)].channel.send(f"u{number}", HELLO) for number in range(count)]
    return [repr(result) for result in await asyncio.gather(*sends, return_exceptions=True) if result]


async def test_the_first_token_comes_from_the_consent_in_the_settings(account: Account, open_store: OpenStore) -> None:
    consent = account.zalo.consent()
    process = account.process(open_store(), consent)
    assert await process.says("1") == ""
    assert kept(process.store).access == account.zalo.access
    again = account.process(open_store(), consent)  # started anew
    assert await again.says("1") == ""
    assert account.zalo.renewals == 1
    assert account.zalo.spent == []


@pytest.mark.parametrize("known", [True, False], ids=["its time is over", "it died before its time"])
async def test_all_who_send_when_the_token_ends_renew_it_once(
    account: Account, open_store: OpenStore, clock: Clock, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "PATIENCE", 120.0)
    zalo, consent = account.zalo, account.zalo.consent()
    processes = [account.process(open_store(), consent) for _ in range(2)]
    for process in processes:
        assert await process.says("before") == ""
    zalo.shown.clear()
    zalo.slow_token = 0.05
    if known:
        clock.passes(A_DAY)
    else:
        clock.passes(timedelta(hours=1))
        zalo.access = "somebody else renewed it"
    assert await all_send(processes) == []
    assert zalo.renewals == 2
    assert zalo.spent == []
    assert sorted(user for user, _ in zalo.shown) == sorted(f"u{number}" for number in range(SENDS))


async def test_processes_that_start_together_spend_the_consent_once(account: Account, open_store: OpenStore) -> None:
    consent = account.zalo.consent()
    account.zalo.slow_token = 0.05
    processes = [account.process(open_store(), consent) for _ in range(4)]
    assert await all_send(processes, 40) == []
    assert account.zalo.renewals == 1
    assert account.zalo.spent == []


async def test_a_pair_is_kept_before_it_is_used(account: Account, open_store: OpenStore, clock: Clock) -> None:
    reader, zalo = open_store(), account.zalo
    process = account.process(open_store(), zalo.consent())
    in_use: list[bool] = []
    zalo.on_message = lambda user: in_use.append(
        kept(reader) == Pair(access=zalo.access, refresh=next(iter(zalo.refresh)))
    )
    for _ in range(3):
        assert await process.says("1") == ""
        clock.passes(A_DAY)
    assert in_use == [True] * 3


async def test_a_renewal_outlives_the_send_that_needed_it(
    account: Account, open_store: OpenStore, until: Callable[[Callable[[], object]], Any]
) -> None:
    process = account.process(open_store(), account.zalo.consent())
    account.zalo.slow_token = 0.2
    send = asyncio.create_task(process.says("1"))
    await until(lambda: "token" in account.zalo.called)
    send.cancel()
    await asyncio.gather(send, return_exceptions=True)
    await process.tokens.close()
    assert kept(process.store).access == account.zalo.access != ""
    assert await account.process(open_store(), None).says("1") == ""
    assert account.zalo.renewals == 1


async def test_killed_before_the_new_pair_was_kept_a_human_is_called_and_nothing_is_sent_or_lost(
    account: Account, open_store: OpenStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    zalo = account.zalo
    process = account.process(open_store(), zalo.consent())
    assert await process.says("1") == ""
    clock.passes(A_DAY)

    reached = asyncio.Event()

    async def hang(*_: Any) -> None:
        reached.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as killed:  # with the answer in its hands
        killed.setattr(process.tokens, "_keep", hang)
        send = asyncio.create_task(process.says("1"))
        await reached.wait()
        process.tokens._under_way.cancel()  # type: ignore[union-attr]
        await asyncio.gather(send, return_exceptions=True)

    monkeypatch.setattr(tokens_module, "PATIENCE", 0.05)
    after = account.process(open_store(), None)
    assert await after.says("1") == "outage"  # the dead one's lease still runs
    assert after.alarm_keys() == set()
    clock.passes(LEASE)
    calls = zalo.called.count("token")
    for _ in range(20):
        assert await after.says("1") == "consent"
    assert zalo.called.count("token") == calls + 1
    assert after.alarm_keys() == {ALARM}

    consented = account.process(open_store(), zalo.consent())
    await consented.alarms.remember()
    assert await consented.says("1") == ""
    assert consented.alarm_keys() == set()


async def test_an_answer_lost_on_the_way_ends_the_same(account: Account, open_store: OpenStore, clock: Clock) -> None:
    process = account.process(open_store(), account.zalo.consent())
    assert await process.says("1") == ""
    clock.passes(A_DAY)
    account.zalo.oauth_breaks.append("lost")
    assert await process.says("1") == "outage"
    assert process.alarm_keys() == set()  # it may have been nothing
    process.tokens._rests_until = 0
    assert await process.says("1") == "consent"
    assert process.alarm_keys() == {ALARM}


async def test_while_the_database_is_away_a_new_pair_is_held_fast(
    account: Account, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "KEEP_AGAIN", 0.01)
    process = account.process(open_store(), account.zalo.consent())
    away = iter(range(5))
    made = process.tokens._made

    def broken(leave: Any, fresh: Any, unit: Unit) -> None:
        made(leave, fresh, unit)
        if next(away, None) is not None:
            raise OSError("disk full")

    monkeypatch.setattr(process.tokens, "_made", broken)
    assert await process.says("1") == ""
    assert kept(process.store).access == account.zalo.access
    assert account.zalo.renewals == 1


async def test_it_is_renewed_ahead_of_its_end(account: Account, open_store: OpenStore, clock: Clock) -> None:
    zalo = account.zalo
    first, second = (account.process(open_store(), zalo.consent()) for _ in range(2))
    for process in (first, second):
        await process.tokens.keep_fresh()
    renewals = zalo.renewals
    clock.passes(timedelta(hours=19, minutes=59))
    for process in (first, second):
        await process.tokens.keep_fresh()
    assert zalo.renewals == renewals
    clock.passes(timedelta(minutes=1))
    await asyncio.gather(first.tokens.keep_fresh(), second.tokens.keep_fresh())
    assert zalo.renewals == renewals + 1
    await asyncio.gather(first.tokens.keep_fresh(), second.tokens.keep_fresh())
    zalo.called.clear()
    for process in (first, second):
        assert await process.says("1") == ""
    assert zalo.called == ["message/cs"] * 2  # neither had to be told that its token is old


@pytest.mark.parametrize(("told", "life"), [("3600", 3600), (3600, 3600), ("soon", 3600), (None, 90000), ("", 3600)])
async def test_the_life_of_a_token_is_as_it_is_told(
    account: Account, open_store: OpenStore, clock: Clock, told: Any, life: int
) -> None:
    account.zalo.expires_in = told
    process = account.process(open_store(), account.zalo.consent())
    token = await process.tokens.current()
    assert (token.until - clock.now()).total_seconds() == life
    assert (token.due - clock.now()).total_seconds() == life * 0.8


async def test_an_old_setting_never_takes_the_place_of_what_came_after_it(
    account: Account, open_store: OpenStore, clock: Clock
) -> None:
    zalo, older = account.zalo, account.zalo.consent()
    assert await account.process(open_store(), older).says("1") == ""
    clock.passes(A_DAY)
    newer = zalo.consent()
    assert await account.process(open_store(), newer).says("1") == ""
    before = kept(open_store())
    restored = account.process(open_store(), older)  # an .env from a backup
    for _ in range(50):
        await restored.tokens.keep_fresh()
        assert await restored.says("1") == ""
        clock.passes(timedelta(minutes=10))
    assert zalo.spent == []
    stranger = account.process(open_store(), "refresh-of-long-ago")
    for _ in range(50):
        await stranger.tokens.keep_fresh()
        assert await stranger.says("1") == ""
        clock.passes(timedelta(minutes=10))
    assert zalo.spent == ["refresh-of-long-ago"]  # tried once
    assert stranger.alarm_keys() == set()
    assert kept(open_store()) == before


async def test_a_new_consent_counts_at_once(account: Account, open_store: OpenStore) -> None:
    zalo = account.zalo
    assert await account.process(open_store(), zalo.consent()).says("1") == ""
    renewals, consent = zalo.renewals, zalo.consent()
    process = account.process(open_store(), consent)
    assert await process.says("1") == ""
    assert zalo.renewals == renewals + 1
    assert consent not in zalo.refresh
    assert kept(process.store).access == zalo.access


async def test_a_consent_after_the_rights_were_taken_away_mends_it(
    account: Account, open_store: OpenStore, clock: Clock
) -> None:
    zalo = account.zalo
    process = account.process(open_store(), zalo.consent())
    assert await process.says("1") == ""
    clock.passes(TOO_NEW)
    zalo.revoke()
    assert await process.says("1") == "consent"
    assert process.alarm_keys() == {ALARM}
    mended = account.process(open_store(), zalo.consent())
    assert await mended.says("1") == ""
    await process.tokens.keep_fresh()  # the one that rang learns of it
    assert process.alarm_keys() == set()
    assert await process.says("1") == ""


async def test_a_consent_brought_by_the_command_is_taken_up_without_a_restart(
    account: Account, open_store: OpenStore, clock: Clock
) -> None:
    zalo = account.zalo
    process = account.process(open_store(), zalo.consent())
    assert await process.says("1") == ""
    clock.passes(TOO_NEW)
    zalo.revoke()
    assert await process.says("1") == "consent"
    fresh = await OAuth(account.session, account.url, APP, SECRET).exchange(zalo.consent())
    open_store().run_now(lambda unit: keep(unit, fresh))
    assert await process.says("1") == ""
    assert process.alarm_keys() == set()


async def test_a_wrong_secret_does_not_use_up_the_consent(account: Account, open_store: OpenStore) -> None:
    consent = account.zalo.consent()
    assert await account.process(open_store(), consent, secret="mistyped").says("1") == "consent"
    assert await account.process(open_store(), consent).says("1") == ""


async def test_without_any_consent_nobody_is_asked(account: Account, open_store: OpenStore) -> None:
    process = account.process(open_store(), None)
    assert await process.says("1") == "consent"
    await process.tokens.keep_fresh()
    assert account.zalo.called == []
    assert process.alarm_keys() == {ALARM}


async def test_what_was_refused_is_tried_again_after_half_an_hour(
    account: Account, open_store: OpenStore, clock: Clock
) -> None:
    """The app was not active, and somebody activated it (-14002)."""
    account.zalo.oauth_breaks.append(-14002)
    process = account.process(open_store(), account.zalo.consent())
    assert await process.says("1") == "consent"
    clock.passes(timedelta(minutes=29))
    assert await process.says("1") == "consent"
    assert account.zalo.called == ["token"]
    clock.passes(timedelta(minutes=1))
    assert await process.says("1") == ""
    assert process.alarm_keys() == set()


@pytest.mark.parametrize("fault", ["cut", "page", "500", "half", "empty", -32])
async def test_who_cannot_be_reached_is_left_alone_a_while(
    account: Account, open_store: OpenStore, fault: str | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens_module, "FIRST_REST", 1000.0)  # seconds that pass on no machine
    monkeypatch.setattr(tokens_module, "LONGEST_REST", 1500.0)
    account.zalo.oauth_breaks += [fault, fault]
    process = account.process(open_store(), account.zalo.consent())
    for _ in range(50):
        assert await process.says("1") == "outage"
    assert account.zalo.called == ["token"]
    process.tokens._rests_until = 0
    assert await process.says("1") == "outage"
    assert process.tokens._rest == 1500.0
    process.tokens._rests_until = 0
    assert await process.says("1") == ""
    assert process.alarm_keys() == set()


async def test_nobody_there_at_all(account: Account, open_store: OpenStore) -> None:
    process = account.process(open_store(), account.zalo.consent(), url=URL("http://127.0.0.1:9"))
    assert await process.says("1") == "outage"
    assert kept(process.store).access == ""


async def test_a_token_refused_when_new_is_not_renewed_again_and_again(
    account: Account, open_store: OpenStore, clock: Clock
) -> None:
    """A code that means something else than we think must not burn one refresh token after the other."""
    process = account.process(open_store(), account.zalo.consent())
    account.zalo.codes["1"] = -216
    for _ in range(20):
        assert await process.says("1") == "refresh"
    assert account.zalo.renewals == 1
    clock.passes(TOO_NEW)
    for _ in range(20):
        assert await process.says("1") == "refresh"
    assert account.zalo.renewals == 2
    assert await process.says("2") == ""


async def test_tokens_stand_in_no_log(account: Account, open_store: OpenStore, clock: Clock) -> None:
    zalo, seen = account.zalo, set[str]()
    with capture_logs() as logs:
        process = account.process(open_store(), zalo.consent(), secret="mistyped")
        assert await process.says("1") == "consent"
        process = account.process(open_store(), zalo.consent())
        assert await process.says("1") == ""
        seen |= {zalo.access, *zalo.refresh}
        clock.passes(A_DAY)
        zalo.oauth_breaks.append("page")
        assert await process.says("1") == "outage"
        zalo.revoke()
        process.tokens._rests_until = 0
        with pytest.raises(ZaloError) as failure:
            await process.tokens.current()
    told = f"{logs!r} {failure.value!r} {process.api!r} {process.tokens._held!r} {kept(process.store)!r}"
    assert seen
    assert not any(secret in told for secret in (*seen, "mistyped", "app-s3cret"))
    assert "refused" in told
