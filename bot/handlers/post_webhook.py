"""What MyVNPost tells unasked. It is believed only so far as to ask the post itself (bot/services/post/webhook.py)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bot.handlers.hooks import TooLongError, UnreadableError, body_of
from bot.services.post.gateway import PostError
from bot.services.post.webhook import LONGEST, BadSignatureError, TooLargeError, WebhookError, orders_named

log = structlog.get_logger()


@dataclass(frozen=True)
class PostWebhook:
    key: RSAPublicKey  # the post's
    look: Callable[[Sequence[str]], Awaitable[None]]  # asks for the news of these orders

    async def take(self, request: web.Request) -> web.Response:
        """200 also when we cannot use it, or the post would send it for ever: our next look brings the same."""
        try:
            orders = orders_named(await body_of(request, LONGEST), self.key)
        except BadSignatureError:
            log.warning("post webhook: bad signature")
            raise web.HTTPUnauthorized from None
        except (TooLongError, TooLargeError):
            raise web.HTTPRequestEntityTooLarge(LONGEST, LONGEST + 1) from None
        except (UnreadableError, WebhookError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        try:
            await self.look(orders)
        except PostError as error:
            log.warning("post webhook: no news yet", why=str(error))
        return web.Response(text="ok")
