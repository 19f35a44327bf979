"""What MyVNPost tells unasked. It is believed only so far as to ask the post itself (bot/services/post/webhook.py)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.services.post.gateway import PostError
from bot.services.post.webhook import LONGEST, BadSignatureError, TooLargeError, WebhookError, verified_call

log = structlog.get_logger()


@dataclass(frozen=True)
class PostWebhook:
    key: str = field(repr=False)  # the post's public key
    look: Callable[[Sequence[str]], Awaitable[None]]  # asks for the news of these orders

    async def take(self, request: web.Request) -> web.Response:
        """200 also when we cannot use it: the next look at the post brings the same."""
        try:
            call = verified_call(await request.content.read(LONGEST + 1), self.key)
        except BadSignatureError:
            log.warning("post webhook: bad signature")
            raise web.HTTPUnauthorized from None
        except TooLargeError:
            raise web.HTTPRequestEntityTooLarge(LONGEST, LONGEST + 1) from None
        except WebhookError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        try:
            await self.look([number for number, _ in call.orders])
        except PostError as error:
            log.warning("post webhook: no news yet", why=str(error))
        return web.Response(text="ok")
