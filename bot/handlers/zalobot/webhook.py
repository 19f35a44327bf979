"""Where the Bot Platform calls us, with the secret it was given at the start."""

import hmac

from aiohttp import web

from bot.handlers.foreign import parsed
from bot.handlers.hooks import Keeper, Refusals, UnreadableError, body_of
from bot.handlers.zalobot.intake import CHANNEL, LONGEST, update_of
from bot.inbox import Inbox

SECRET = "X-Bot-Api-Secret-Token"  # noqa: S105  the header's name


class ZaloBotWebhook:
    """`secret`: 8 to 256 characters of ASCII."""

    def __init__(self, inbox: Inbox, secret: str, keeper: Keeper | None = None) -> None:
        self.keeper = keeper or Keeper(inbox)
        self._secret = secret.encode()
        self._refusals = Refusals(CHANNEL)

    async def take(self, request: web.Request) -> web.Response:
        """200 for what makes no sense, too: it makes no more of it when it comes again."""
        given = request.headers.get(SECRET, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._secret):
            self._refusals.note("wrong secret")
            raise web.HTTPForbidden
        try:
            event = parsed(await body_of(request, LONGEST))
        except UnreadableError as error:
            self._refusals.note(str(error))
            return web.Response()
        if event is None:
            self._refusals.note("no JSON")
            return web.Response()
        update = update_of(event)
        if update is None or await self.keeper.keep(update):
            return web.Response()
        return web.Response(status=503)

    async def close(self, _: web.Application | None = None) -> None:
        await self.keeper.close()
