"""The pretend agencies as a web server: five systems, each with its faults, and the control page.

/igate/auth/realms/digo/protocol/openid-connect/token, /igate/pa/dossier/search
/portal/login, /portal/chiase
/shape1/api/dossiers, /shape2/tracuu, /shape3/v1/{code}
/sandbox/agency/    the control page
"""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.folder import Wire
from bot.sandbox.agency.page import control_page
from bot.sandbox.agency.wire_igate import TOKEN, igate
from bot.sandbox.agency.wire_portal import portal
from bot.sandbox.agency.wire_shape1 import shape1
from bot.sandbox.agency.wire_shape2 import shape2
from bot.sandbox.agency.wire_shape3 import shape3
from bot.sandbox.faulty import SLOW, faulty
from bot.sandbox.guard import local_only
from bot.sandbox.wire_tokens import Key, WireTokens

WIRES: Final[tuple[Wire, ...]] = ("igate", "portal", "shape1", "shape2", "shape3")
GIVE_TOKENS: Final = (TOKEN, "/login")
IGATE_LIFE = 300  # seconds: what a Keycloak gives unless told otherwise


def application(bureau: Bureau, *, slow: float = SLOW) -> web.Application:
    """For this machine alone, and without the post. `slow`: seconds that an answer takes when it is slow."""
    app = web.Application(middlewares=[local_only])
    app.add_subapp("/sandbox/agency/", control_page(bureau))
    mount(app, bureau, slow)
    return app


def mount(app: web.Application, bureau: Bureau, slow: float = SLOW) -> None:
    for wire in WIRES:
        tokens = WireTokens(Key(), IGATE_LIFE) if wire == "igate" else WireTokens(Key())
        sub = web.Application(middlewares=[counted(bureau, wire), faulty(bureau.faults.calls, tokens.expire, slow)])
        sub.add_routes(routes(wire, bureau, tokens))
        app.add_subapp(f"/{wire}/", sub)


def routes(wire: Wire, bureau: Bureau, tokens: WireTokens) -> list[web.RouteDef]:
    match wire:
        case "igate":
            return igate(bureau, tokens)
        case "portal":
            return portal(bureau, tokens)
        case "shape1":
            return shape1(bureau)
        case "shape2":
            return shape2(bureau)
        case "shape3":
            return shape3(bureau, tokens.key)


def counted(bureau: Bureau, wire: Wire) -> Middleware:
    """Around everything, faults and all: what reached the system counts, answered or not."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_token = request.path.removeprefix(f"/{wire}") in GIVE_TOKENS
        with bureau.calls.one(f"{wire}/token" if is_token else wire):
            if wire in bureau.faults.down:
                return web.Response(status=503, text="Service Unavailable")
            return await handler(request)

    return count
