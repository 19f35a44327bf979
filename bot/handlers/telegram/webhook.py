"""Updates as Telegram brings them: kept, then 200. Whatever is not 200 it brings again, for hours.

Nothing here is needed by another process: any number of them may listen on one port (CHANNELS §1.1).
"""

import hmac
import json
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.handlers.hooks import Refusals, TooLongError, UnreadableError, body_of
from bot.handlers.telegram.intake import Intake

PATH = "/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
LONGEST = 2**20  # bytes; Telegram's updates are far shorter

log = structlog.get_logger()


@dataclass(frozen=True)
class TelegramWebhook:
    """`secret`: as it was told to Telegram (setup.py); without it nothing is even read."""

    secret: str
    intake: Intake
    refusals: Refusals = field(default_factory=lambda: Refusals("telegram"))

    async def take(self, request: web.Request) -> web.Response:
        """200 for what cannot be used, too, or Telegram would bring it again and again. 503: not kept, come again."""
        if not self._is_telegram(request):
            self.refusals.note("wrong secret")
            return web.Response(status=403)
        try:
            body = await body_of(request, LONGEST)
        except UnreadableError as error:
            self.refusals.note(str(error))
            return web.Response(status=413 if isinstance(error, TooLongError) else 400)  # it comes again
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            self.refusals.note("no JSON")
            return web.Response()
        try:
            await self.intake.take([raw])
        except Exception as error:  # the database is away; the message may quote what was to be kept
            log.error("telegram webhook: not kept", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": "5"})
        return stopped_clock(raw)

    def _is_telegram(self, request: web.Request) -> bool:
        shown = request.headers.get(SECRET, "")
        return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), self.secret.encode())


def stopped_clock(raw: object) -> web.Response:
    """On the button that was tapped, by one call of the Bot API that an answer to it may hold: it saves us another."""
    match raw:
        case {"callback_query": {"id": str(query)}}:
            return web.json_response({"method": "answerCallbackQuery", "callback_query_id": query})
    return web.Response()
