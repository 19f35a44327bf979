"""The picture of the card is where Zalo is told to fetch it, and is one that Zalo takes."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.handlers.zalo import card


async def test_the_picture_is_given(aiohttp_client: Callable[[web.Application], Awaitable[Any]]) -> None:
    app = web.Application()
    app.router.add_get(card.PATH, card.give)
    client = await aiohttp_client(app)
    answer = await client.get(card.PATH)
    body = await answer.read()
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert body.startswith(b"\x89PNG")
    assert len(body) < 1024 * 1024
