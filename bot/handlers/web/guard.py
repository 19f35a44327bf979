"""What holds for every answer of the web: headers, the size of what comes in, kind words when it goes wrong."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.handlers.web.pages import said, written
from bot.handlers.web.visitor import OWN, door_of, language_of_visit, visitor_of
from bot.handlers.web.window import window
from bot.storage.store import Store
from bot.tracebacks import where

log = structlog.get_logger()

FIELDS = web.RequestKey("fields", dict[str, str])  # to be sent again
REASON = web.RequestKey("reason", str)  # key of the words for a refusal, where its status says too little
WAIT = "10"  # seconds, for whoever asked too fast
AGAIN = (429, 500)  # worth sending a second time, as it was
EXPLAINED = (400, 403, 404, 410, 413, 429, 500)
PASSED_ON = ("Allow", "Retry-After")
OURS_ONLY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
ALONE = {"Content-Security-Policy": f"{OURS_ONLY}; frame-ancestors 'none'", "X-Frame-Options": "DENY"}
BY_OURSELVES = ("same-origin", "none")  # values of Sec-Fetch-Site

Dress = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def dressing(embed_on: Collection[str]) -> Dress:
    """The headers of every answer. `embed_on`: sites that may show the pages made for it inside theirs.

    X-Frame-Options cannot name several sites, so those pages do without it, unless no site may.
    """
    shown = {"Content-Security-Policy": f"{OURS_ONLY}; frame-ancestors {' '.join(sorted(embed_on))}"}

    async def dress(request: web.Request, response: web.StreamResponse) -> None:
        framing = shown if embed_on and door_of(request).framed else ALONE
        for name, value in (HEADERS | framing).items():
            response.headers.setdefault(name, value)

    return dress


def sent_from_elsewhere(request: web.Request) -> bool:
    """Whether the browser says that a page of another site sent this form. Old browsers say nothing."""
    return request.headers.get("Sec-Fetch-Site", "none") not in BY_OURSELVES


def by_script(request: web.Request) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def apologetic(store: Store, contacts: Mapping[str, Any]) -> Middleware:
    """Whatever goes wrong is said kindly, in the reader's language, with whom to call."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as refusal:
            if refusal.status < 400:
                raise
            return await apology(request, refusal, store, contacts)
        except Exception as error:  # the citizen must not be left without an answer
            if isinstance(error, ConnectionError) and request.transport is None:
                return web.Response(status=400)  # they hung up while they were sending: nobody reads this
            note(error)
            return await apology(request, web.HTTPInternalServerError(), store, contacts)

    return answer


def note(error: Exception) -> None:
    log.error("web: no answer", error=type(error).__name__, at=where(error))


async def apology(
    request: web.Request, refusal: web.HTTPException, store: Store, contacts: Mapping[str, Any]
) -> web.Response:
    language = await language_of(request, store)
    status = refusal.status if refusal.status in EXPLAINED else 400
    reason = request.get(REASON, f"web.error_{status}")
    headers = {name: refusal.headers[name] for name in PASSED_ON if name in refusal.headers}
    if by_script(request):
        return web.Response(status=refusal.status, headers=headers, text=said(language, reason))
    values = {"reason": reason, "contacts": contacts, "again": request.get(FIELDS) if status in AGAIN else None}
    door = door_of(request)
    back = request.path_qs if status in AGAIN and request.path == door.base else door.base
    text = written("error.html", language, status=status, base=door.base, home=OWN.base, back=back, **values)
    return web.Response(status=refusal.status, headers=headers, text=text, content_type="text/html")


async def language_of(request: web.Request, store: Store) -> str:
    """As the conversation has it; what broke may be the database, then the browser's word must do."""
    try:
        return (await window(store, visitor_of(request), request)).language
    except Exception:
        return language_of_visit(request)
