"""The owner of an Official Account consents: an address to open, a code brought back, a pair of tokens kept."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.handlers.zalo.consent import CALLBACK, Asking, ConsentError, asking, code_in, granted, keep, landed
from bot.handlers.zalo.oauth import NoReplyError, OAuth, RefusedError
from bot.handlers.zalo.tokens import NAME, Tokens
from bot.storage.keys import key_from
from bot.storage.store import Store, opened
from bot.storage.vault import Vault
from tests.conftest import Clock

Serves = Callable[[web.Application], Awaitable[TestServer]]

APP, SECRET = "2553928453557884079", "app-secret"
PATIENCE = 60  # seconds for a process
OURS = f"https://thutuc.example.vn{CALLBACK}"


@dataclass
class Zalo:
    """The part of Zalo's OAuth in which a human consents: the code fits the challenge it was given for, once."""

    challenges: dict[str, str] = field(default_factory=dict)  # by code
    answer: dict[str, Any] | None = None  # to whatever is asked next
    asked: list[dict[str, str]] = field(default_factory=list)

    def consents(self, url: str) -> str:
        """An administrator opened it, and allowed it: where the browser stops."""
        query = URL(url).query
        assert (query["app_id"], query["redirect_uri"]) == (APP, OURS)
        code = f"code-of-zalo-{len(self.challenges)}"
        self.challenges[code] = query["code_challenge"]
        return str(URL(query["redirect_uri"]).with_query(code=code, oa_id="366", state=query["state"]))

    async def give(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.answer is not None:
            return web.json_response(self.answer)
        if request.headers.get("secret_key") != SECRET or form["grant_type"] != "authorization_code":
            return web.json_response({"error": -14002, "error_name": "invalid"})
        fits = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if self.challenges.pop(form["code"], None) != fits:
            return web.json_response({"error": -14003, "error_name": "invalid code"})
        return web.json_response({"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": "90000"})


@dataclass
class Desk:
    zalo: Zalo
    oauth: OAuth

    def asks(self) -> Asking:
        return asking(self.oauth.base, APP, OURS)


@pytest.fixture
async def desk(aiohttp_server: Serves) -> AsyncIterator[Desk]:
    zalo, app = Zalo(), web.Application()
    app.router.add_post("/v4/oa/access_token", zalo.give)
    app.router.add_get(CALLBACK, landed)
    server = await aiohttp_server(app)
    async with ClientSession() as session:
        yield Desk(zalo, OAuth(session, server.make_url("/"), APP, SECRET))


async def test_from_an_address_to_a_pair_that_is_used(desk: Desk, local_store: Store, clock: Clock) -> None:
    asked = desk.asks()
    stopped_at = desk.zalo.consents(asked.url)
    found = await granted(desk.oauth, code_in(stopped_at, asked), asked)
    local_store.run_now(lambda unit: keep(unit, found))
    grant = local_store.run_now(lambda unit: unit.grants.get(NAME))
    assert grant is not None
    assert (grant.pair.access, grant.pair.refresh) == ("access-1", "refresh-1")
    assert grant.until == clock.now() + timedelta(seconds=90000)
    tokens = Tokens(local_store, desk.oauth, None)
    token = await tokens.current()
    assert (token.access, token.made) == ("access-1", clock.now())
    await tokens.keep_fresh()  # fresh: nothing is renewed
    assert len(desk.zalo.asked) == 1


async def test_a_second_consent_takes_the_place_of_the_first(desk: Desk, local_store: Store) -> None:
    for number in (1, 2):
        desk.zalo.answer = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}
        found = await granted(desk.oauth, "code-of-zalo", desk.asks())
        local_store.run_now(lambda unit, found=found: keep(unit, found))  # type: ignore[misc]
    assert (await Tokens(local_store, desk.oauth, None).current()).access == "access-2"


async def test_a_code_is_worth_nothing_without_its_verifier(desk: Desk) -> None:
    """Whoever reads it in a log of the proxy, or over a shoulder."""
    asked, other = desk.asks(), desk.asks()
    assert asked.verifier != other.verifier
    assert asked.verifier not in asked.url + repr(asked)
    code = code_in(desk.zalo.consents(asked.url), asked)
    with pytest.raises(RefusedError):
        await granted(desk.oauth, code, other)
    with pytest.raises(RefusedError):
        await granted(desk.oauth, code, asked)  # and only once


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("", "no code"),
        ("https://thutuc.example.vn/zalo/callback", "no code"),
        ("https://thutuc.example.vn/zalo/callback?error=-14003&state=s", "no code"),
        ("https://thutuc.example.vn/zalo/callback?code=abcdefgh12&state=t", "another consent"),
        ("https://thutuc.example.vn/zalo/callback?code=a%20b%20c%20d%20e&state=s", "no code"),
        ("https://[", "no address"),
        ("chép sai rồi", "no code"),
        ("x" * 5000, "no code"),
    ],
)
def test_what_was_pasted_wrongly(pasted: str, says: str) -> None:
    with pytest.raises(ConsentError, match=says):
        code_in(pasted, Asking("", "", "s"))


def test_what_was_pasted_rightly() -> None:
    asked = Asking("", "", "s")
    for pasted in (
        "https://thutuc.example.vn/zalo/callback?code=abc-DEF_12.3&oa_id=366&state=s",
        "  https://thutuc.example.vn/zalo/callback?oa_id=366&code=abc-DEF_12.3\n",  # whether the state comes back
        "abc-DEF_12.3",
    ):
        assert code_in(pasted, asked) == "abc-DEF_12.3"


async def test_what_is_no_grant(desk: Desk) -> None:
    asked = desk.asks()
    for answer, failure in (
        ({"error": -14003, "error_name": "invalid"}, RefusedError),
        ({"access_token": "a"}, RefusedError),  # nothing to go on with when it ends
        ({}, NoReplyError),
    ):
        desk.zalo.answer = answer
        with pytest.raises(failure):
            await granted(desk.oauth, "code-of-zalo", asked)
    away = OAuth(desk.oauth.session, URL("http://127.0.0.1:1"), APP, SECRET)
    with pytest.raises(NoReplyError) as failed:
        await granted(away, "code-of-zalo", asked)
    assert asked.verifier not in str(failed.value)


async def test_where_the_browser_stops(desk: Desk) -> None:
    url = desk.oauth.base / CALLBACK.strip("/")
    async with desk.oauth.session.get(url.with_query(code="abc-DEF_12.3")) as answer:
        assert answer.status == 200
        assert "abc-DEF_12.3" not in await answer.text()
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


# -- the command


async def command(folder: Path, desk: Desk, bring: Callable[[str], str], **more: str) -> tuple[int, str, str]:
    """`bring`: from the address that is shown to what is pasted. Gives exit code, output, errors."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
    ours = {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "1000",
        "NOIDAI_ZALO_APP_ID": APP,
        "NOIDAI_ZALO_APP_SECRET": SECRET,
        "NOIDAI_ZALO_OAUTH": str(desk.oauth.base),
        "NOIDAI_PUBLIC_URL": "https://thutuc.example.vn",
    }
    run = "from bot.commands.zalo import cli; cli()"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        run,
        "consent",
        cwd=folder,
        env={**inherited, **ours, **more},
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    shown = ""
    async with asyncio.timeout(PATIENCE):
        while line := (await process.stdout.readline()).decode():
            shown += line
            if line.startswith("http"):
                process.stdin.write(f"{bring(line.strip())}\n".encode())
                await process.stdin.drain()
        errors = (await process.stderr.read()).decode()
        return await process.wait(), shown, errors


async def test_the_command_asks_and_keeps(desk: Desk, tmp_path: Path) -> None:
    code, shown, errors = await command(tmp_path, desk, desk.zalo.consents)
    assert (code, errors) == (0, "")
    assert "refresh-1" not in shown
    assert "access-1" not in shown
    key = key_from(None, tmp_path / "var" / "data.key")
    store = opened(f"sqlite:///{tmp_path}/var/noidai.db", Vault(key), lambda: datetime.now(UTC))
    grant = store.run_now(lambda unit: unit.grants.get(NAME))
    store.close()
    assert grant is not None
    assert grant.pair.refresh == "refresh-1"


async def test_the_command_says_what_is_wrong(desk: Desk, tmp_path: Path) -> None:
    code, _, errors = await command(tmp_path, desk, lambda _: "chép sai")
    assert (code, "no code in it" in errors) == (2, True)
    code, _, errors = await command(tmp_path, desk, lambda _: "code-of-nobody")
    assert (code, "Zalo refuses (-14003)" in errors) == (2, True)
    code, _, errors = await command(tmp_path, desk, lambda _: "", NOIDAI_PUBLIC_URL="")
    assert (code, "NOIDAI_PUBLIC_URL" in errors) == (2, True)
    assert not (tmp_path / "var").exists()  # nothing was kept
