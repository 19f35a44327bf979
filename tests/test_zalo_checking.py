"""What the doctor says of the account."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.app_doctor import database
from bot.handlers.zalo.checking import check
from bot.handlers.zalo.templates import Template, Templates
from bot.storage.store import Store
from tests.conftest import Clock
from tests.zalo_account import Account, Serves, message, opened


@pytest.fixture
async def account(aiohttp_server: Serves, clock: Clock) -> AsyncIterator[Account]:
    async with ClientSession() as session:
        yield await opened(aiohttp_server, session, clock.now)


def contacts(store: Store, clock: Clock) -> None:
    """Heard an hour ago: one; three days ago: two; a month ago: one; one who left, and one of another channel."""
    for name, days in (("old", 30), ("week", 3), ("week2", 3), ("left", 1), ("new", 0)):
        clock.passes(-timedelta(days=days, hours=1))
        store.run_now(lambda unit, chat=f"zalo:{name}": unit.contacts.heard(chat))
        clock.passes(timedelta(days=days, hours=1))
    store.run_now(lambda unit: unit.contacts.left("zalo:left", clock.now()))
    store.run_now(lambda unit: unit.contacts.heard("zalobot:1"))


async def test_all_is_well(account: Account, local_store: Store, clock: Clock) -> None:
    contacts(local_store, clock)
    process = account.process(local_store, account.zalo.consent())
    templates = Templates({"notice.collected": Template(template="1")})
    findings = await check(process.api, local_store, templates)
    assert findings == [
        (True, "zalo: token good; account UBND phường Đông Kinh, government, 1200 followers"),
        (
            True,
            "zalo: token of 2026-11-21 09:00 UTC, renewed by itself from 2026-11-22 05:00 UTC; if the service stands "
            "still until 2027-02-19, an administrator must consent again",
        ),
        (True, "zalo: consultation messages beyond the free ones: sub_quota 1980 of 2000 left"),
        (
            True,
            "zalo: 4 people can be written to: 1 for free (48 hours), 2 for money (until 7 days), 1 by template only",
        ),
        (True, "zalo: templates after 7 days of silence: notice.collected"),
    ]
    assert account.zalo.access not in repr(findings)


async def test_what_is_wrong_is_said_with_what_to_do(account: Account, local_store: Store) -> None:
    ((well, line),) = await check(account.process(local_store, None).api, local_store)
    assert not well
    assert "consent again" in line
    ((well, line),) = await check(
        account.process(local_store, account.zalo.consent(), url=URL("http://127.0.0.1:9")).api, local_store
    )
    assert not well
    assert "NOIDAI_ZALO_OAUTH" in line


async def test_a_wrong_secret_is_not_called_a_missing_consent(account: Account, local_store: Store) -> None:
    """Also to a doctor who comes later, while what was refused is not tried again."""
    consent = account.zalo.consent()
    service = account.process(local_store, consent, secret="mistyped")
    assert await service.says("1") == "consent"
    ((well, line),) = await check(account.process(local_store, consent, secret="mistyped").api, local_store)
    assert not well
    assert "code -14004" in line
    assert "NOIDAI_ZALO_APP_SECRET" in line
    assert account.zalo.called == ["token"]


async def test_a_token_refused_when_new(account: Account, local_store: Store) -> None:
    account.zalo.account_code = -216
    ((well, line),) = await check(account.process(local_store, account.zalo.consent()).api, local_store)
    assert not well
    assert "ask again in a minute" in line
    assert "look the code up" not in line


def test_what_is_tried_again_waits_and_what_is_held_is_told_apart(local_store: Store, clock: Clock) -> None:
    """What is put off is not due just now, and still nobody has it."""
    words = (message("Chào anh/chị"),)

    def said() -> list[str]:
        return [line for _, line in local_store.run_now(database) if line.startswith("answers")]

    for key in ("tried", "held", "later"):
        at = clock.now() + timedelta(hours=9) if key == "later" else None
        local_store.run_now(lambda unit, key=key, at=at: unit.turns.notify(f"zalo:{key}", key, words, at))  # type: ignore[misc]
    tried, held = local_store.run_now(lambda unit: unit.turns.owed())
    local_store.run_now(lambda unit: unit.turns.put_off(tried.id, timedelta(minutes=1), 0))
    local_store.run_now(lambda unit: unit.turns.hold(held.id))
    assert said() == ["answers waiting: 1", "answers kept until their citizens are heard again: 1"]
    clock.passes(timedelta(minutes=10))
    local_store.run_now(lambda unit: unit.turns.put_off(tried.id, timedelta(minutes=1), 0))
    assert "1, the oldest since 2026-11-21 09:00 UTC" in said()[0]


async def test_a_plan_without_the_api_is_named_by_its_code(account: Account, local_store: Store) -> None:
    process = account.process(local_store, account.zalo.consent())
    account.zalo.account_code = -224
    ((well, line),) = await check(process.api, local_store)
    assert not well
    assert "-224" in line


async def test_a_quota_that_is_not_told_is_no_fault(account: Account, local_store: Store) -> None:
    account.zalo.quota_code = -223
    findings = await check(account.process(local_store, account.zalo.consent()).api, local_store)
    assert findings[2] == (True, "zalo: quota not told (zalo -223 alert)")
    assert findings[4][1].endswith("notices wait for the citizen's next word")
