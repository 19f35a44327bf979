"""The pretend post as a web server: its wires, each with its faults, and the control page.

/ngsp/token, /ngsp/apiVNPostNGSP/p1.0/order/…    the national bus
/lgsp/token, /lgsp/order/…                        a province's bus
/myvnpost/…                                       MyVNPost Connect
/igate/…, /portal/…, /shape1/… to /shape3/…       the agencies, where there are any: bot/sandbox/agency/wire.py
/sandbox/, /sandbox/agency/                       the control pages
"""

from aiohttp import web

from bot.sandbox.agency.bureau import Bureau
from bot.sandbox.agency.wire import mount
from bot.sandbox.faulty import SLOW, faulty
from bot.sandbox.guard import local_only
from bot.sandbox.office import Office
from bot.sandbox.page import control_page
from bot.sandbox.wire_lgsp import lgsp
from bot.sandbox.wire_myvnpost import myvnpost
from bot.sandbox.wire_ngsp import ngsp
from bot.sandbox.wire_tokens import Key, WireTokens

WIRES = (("ngsp", ngsp), ("lgsp", lgsp), ("myvnpost", myvnpost))


def application(office: Office, bureau: Bureau | None = None, *, slow: float = SLOW) -> web.Application:
    """For this machine alone. `slow`: seconds that an answer takes when it is slow."""
    app = web.Application(middlewares=[local_only])
    app.add_subapp("/sandbox/", control_page(office, bureau))
    for name, routes in WIRES:
        tokens = WireTokens(Key())
        wire = web.Application(middlewares=[faulty(office.faults, tokens.expire, slow)])
        wire.add_routes(routes(office, tokens))
        app.add_subapp(f"/{name}/", wire)
    if bureau:
        mount(app, bureau, slow)
    app.router.add_get("/", to_page)
    return app


async def to_page(_: web.Request) -> web.Response:
    return web.Response(status=303, headers={"Location": "/sandbox/"})
