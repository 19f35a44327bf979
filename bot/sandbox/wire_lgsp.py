"""The pretend bus of a province: DOMAIN §3.2."""

import re

from aiohttp import web

from bot.sandbox.office import Office
from bot.sandbox.wire_hcc import HccWire, is_whole
from bot.sandbox.wire_tokens import WireTokens

ITEM = re.compile(r"[A-Z]{2}\d{9}VN")


def lgsp(office: Office, tokens: WireTokens) -> list[web.RouteDef]:
    """Below where it is mounted: /token and /order/…"""
    extra = {"ItemCode": is_item, "FlagConfig": lambda value: is_whole(value) and value == 2}
    wire = HccWire("lgsp", office, tokens, lambda request: request.headers.get("access_token", ""), extra)
    return [
        web.post("/token", tokens.give),
        web.post("/order/post", wire.post),
        web.get("/order/cancel", wire.cancel),
        web.get("/order/tracking", wire.tracking),
    ]


def is_item(value: object) -> bool:
    return isinstance(value, str) and ITEM.fullmatch(value) is not None
