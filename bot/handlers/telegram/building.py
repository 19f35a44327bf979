"""The bot as the library sees it, with our own transport under it."""

from collections.abc import Sequence
from typing import Any

from telegram import Bot
from telegram.error import NetworkError
from telegram.request import BaseRequest

from bot.handlers.telegram.intake import HEARD
from bot.handlers.telegram.request import ANSWER, CONNECTIONS, AiohttpRequest

TELEGRAM = "https://api.telegram.org"


class TelegramBot(Bot):
    """The library's bot. Its own `repr` shows the token; this one's does not."""

    def __repr__(self) -> str:
        return "TelegramBot()"

    async def news(self, after: int, patience: float) -> Sequence[Any]:
        """Updates as they came, from number `after` on, which confirms what is before it; waits `patience` seconds
        for one to come.

        Not `get_updates`: of a hundred updates one that the library does not understand would lose us all.
        """
        asked = {"offset": after, "timeout": int(patience), "allowed_updates": HEARD}
        came = await self._post("getUpdates", asked, read_timeout=patience + ANSWER)
        if not isinstance(came, list):
            raise NetworkError("no list of updates")
        return came


def build(
    token: str,
    api: str = TELEGRAM,
    request: BaseRequest | None = None,
    connections: int = CONNECTIONS,
) -> TelegramBot:
    """To be closed by `shutdown`, when nothing is sent any more.

    `api`: the root of the Bot API server. Files are fetched beside the methods: api/bot… and api/file/bot…
    """
    root = api.rstrip("/")
    return TelegramBot(
        token,
        f"{root}/bot",
        f"{root}/file/bot",
        request=request or AiohttpRequest(connections),
        get_updates_request=AiohttpRequest(2),  # its own, so that a question that waits takes no place of an answer
    )
