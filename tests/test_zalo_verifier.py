"""The file by which Zalo sees that the address is ours."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.handlers.zalo.verifier import Verifier
from bot.settings import SettingsError

PAGE = '<meta property="zalo-platform-site-verification" content="Ab1_x" />'


async def test_it_is_given_as_it_is(
    tmp_path: Path, aiohttp_client: Callable[[web.Application], Awaitable[Any]]
) -> None:
    (file := tmp_path / "zalo_verifierAb1_x.html").write_text(PAGE)
    verifier, app = Verifier(file), web.Application()
    app.router.add_get(verifier.path, verifier.give)
    answer = await (await aiohttp_client(app)).get("/zalo_verifierAb1_x.html")
    assert (answer.status, answer.content_type, await answer.text()) == (200, "text/html", PAGE)


@pytest.mark.parametrize("name", ["data.key", "zalo_verifier.html", "zalo_verifierAb.html.key", "zalo_verifierAb.html"])
def test_nothing_else_is_served(tmp_path: Path, name: str) -> None:
    """The last of them would do, and is not there."""
    if name != "zalo_verifierAb.html":
        (tmp_path / name).write_text("secret")
    with pytest.raises(SettingsError, match="NOIDAI_ZALO_VERIFIER"):
        Verifier(tmp_path / name)


def test_a_service_that_cannot_start_says_why_and_nothing_else(tmp_path: Path) -> None:
    """Libraries are loaded by then, and some complain at the exit."""
    given = {"ZALO_APP_ID": "12", "ZALO_APP_SECRET": "x", "ZALO_VERIFIER": "zalo_verifierAb.html", "PORT": "0"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
    own = {f"NOIDAI_{name}": value for name, value in given.items()}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={**inherited, **own, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("NOIDAI_ZALO_VERIFIER: ")
