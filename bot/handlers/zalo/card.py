"""The picture on the card that asks for a phone number: Zalo fetches it from our public address, and takes no SVG."""

from functools import cache
from pathlib import Path

from aiohttp import web

PATH = "/zalo/card.png"
FILE = Path(__file__).parent / "card.png"


def address(public_url: str | None) -> str | None:
    """None: Zalo could not fetch it, so there is no card.

    >>> address("https://thutuc.example.gov.vn/"), address("http://127.0.0.1:8080"), address(None)
    ('https://thutuc.example.gov.vn/zalo/card.png', None, None)
    """
    return f"{public_url.rstrip('/')}{PATH}" if public_url and public_url.startswith("https://") else None


async def give(request: web.Request) -> web.Response:
    return web.Response(body=picture(), content_type="image/png", headers={"Cache-Control": "max-age=86400"})


@cache
def picture() -> bytes:
    return FILE.read_bytes()
