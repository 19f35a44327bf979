"""Who may look at the pretend post, and press its buttons: whoever sits at this machine.

A proxy on this machine can make anybody look so: one that says nothing of whom it asks for, and passes on a Host that
they made up. So where there is one, which NOIDAI_PUBLIC_URL tells, these pages are not served at all (bot/app.py).
"""

from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

FROM_AFAR = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")  # a proxy stands in between


@web.middleware
async def local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    if not is_local(request):
        raise web.HTTPForbidden(text="Chỉ mở được trên chính máy này.\n")
    return await handler(request)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something comes from our own page: no other site may send it in the reader's name."""
    if request.method != "GET" and request.headers.get("Origin") != str(request.url.origin()):
        raise web.HTTPForbidden(text="Chỉ nhận từ chính trang này.\n")
    return await handler(request)


def is_local(request: web.Request) -> bool:
    """By the connection, and by the name that was asked for: a foreign name may point to this machine, too."""
    if any(name in request.headers for name in FROM_AFAR):
        return False
    return is_loopback(request.remote or "") and is_loopback(host_of(request))


def host_of(request: web.Request) -> str:
    try:
        host = URL(f"http://{request.host}").host or ""
    except ValueError:
        return ""
    return "127.0.0.1" if host == "localhost" else host


def is_loopback(address: str) -> bool:
    """
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("::ffff:127.0.0.1"), is_loopback("192.168.1.2")
    (True, True, True, False)
    """
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return (getattr(known, "ipv4_mapped", None) or known).is_loopback
