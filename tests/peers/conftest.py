"""The peers' tests run when they are asked for (`make peers`), and then nothing is skipped: a peer that is missing
fails. `pytest` alone passes them by: they need a second venv and Node."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import which

import pytest
import pytest_asyncio
from aiohttp import ClientSession

HERE = Path(__file__).parent

collect_ignore = ["theirs", "node_modules"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    asked = (Path(config.invocation_params.dir, arg.partition("::")[0]).resolve() for arg in config.args)
    return None if any(one == HERE or HERE in one.parents for one in asked) else True


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    from tests.peers.running import NODE_MODULES, THEIR_PYTHON

    missing = [str(path) for path in (THEIR_PYTHON, NODE_MODULES) if not path.exists()]
    missing += [] if which("node") else ["node"]
    assert not missing, f"{', '.join(missing)}: missing; `make peers` installs the peers"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session
