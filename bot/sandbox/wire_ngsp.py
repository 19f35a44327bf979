"""The pretend national bus: DOMAIN §3.1."""

from aiohttp import web

from bot.sandbox.office import Office
from bot.sandbox.wire_hcc import HccWire
from bot.sandbox.wire_tokens import WireTokens

PATH = "/apiVNPostNGSP/p1.0/order"


def ngsp(office: Office, tokens: WireTokens) -> list[web.RouteDef]:
    """Below where it is mounted: /token and /apiVNPostNGSP/p1.0/order/…"""
    wire = HccWire("ngsp", office, tokens, bearer, extra={})
    return [
        web.post("/token", tokens.give),
        web.post(f"{PATH}/post", wire.post),
        web.get(f"{PATH}/cancel", wire.cancel),
        web.get(f"{PATH}/tracking", wire.tracking),
    ]


def bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""
