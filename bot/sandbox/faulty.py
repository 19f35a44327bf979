"""The faults of a call, as the caller feels them: around the wires, and nowhere else."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.faults import Call, Faults

PAGE = "<!doctype html><html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"
SLOW = 30.0  # seconds; longer than callers wait
ASK_LATER = {"Retry-After": "1"}


def faulty(faults: Faults, expire: Callable[[], None], slow: float = SLOW) -> Middleware:
    """`expire`: all tokens given so far are no longer good. `slow`: seconds a slow answer takes."""

    @web.middleware
    async def meddle(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = faults.of_call()
        if refusal := before(fault, request, expire):
            return refusal
        return await after(fault, request, await handler(request), slow)

    return meddle


def before(fault: Call | None, request: web.Request, expire: Callable[[], None]) -> web.StreamResponse | None:
    """Nothing has been done."""
    match fault:
        case "server_error":
            return web.Response(status=503, text="Service Unavailable")
        case "too_many":
            return web.Response(status=429, headers=ASK_LATER)
        case "token_expired":
            expire()
            return web.json_response({"message": "Invalid Credentials"}, status=401)
        case "cut_before":
            return cut(request)
    return None


async def after(
    fault: Call | None, request: web.Request, answer: web.StreamResponse, slow: float
) -> web.StreamResponse:
    """All has been done, and the caller does not learn it."""
    match fault:
        case "slow":
            await asyncio.sleep(slow)
        case "error_after":
            return web.Response(status=502, text="Bad Gateway")
        case "html":
            return web.Response(text=PAGE, content_type="text/html")
        case "malformed":
            return halved(answer)
        case "cut_after":
            return cut(request)
    return answer


def halved(answer: web.StreamResponse) -> web.Response:
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b"{"
    return web.Response(body=body[: max(1, len(body) // 2)], content_type="application/json")


def cut(request: web.Request) -> web.Response:
    """The connection is closed without an answer; what is returned goes nowhere."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
