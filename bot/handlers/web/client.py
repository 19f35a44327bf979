"""Which network a request comes from, and how many newcomers one may send."""

from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

from bot.handlers.limit import Limit
from bot.handlers.web.guard import REASON, WAIT

A_MINUTE = 60  # newcomers of one network: a commune, a school, a mobile network share one address
LONGEST = 45  # characters of an address
SITE = 64  # bits of an IPv6 address that one subscriber has to themselves


class Newcomers:
    """A new chat is a row in the database and a few milliseconds: whoever throws the cookie away gets no more of them.

    `proxied`: a proxy is in front of us, and writes last in X-Forwarded-For whom it speaks for.
    """

    def __init__(self, proxied: bool, a_minute: int = A_MINUTE) -> None:
        self._proxied = proxied
        self._limit = Limit(a_minute)

    def admit(self, request: web.Request) -> None:
        """Raises HTTPTooManyRequests."""
        network = network_of(said_of(request, self._proxied))
        if network is not None and not self._limit.allows(network):
            request[REASON] = "web.error_crowd"
            raise web.HTTPTooManyRequests(headers={"Retry-After": WAIT})


def said_of(request: web.Request, proxied: bool) -> str:
    """What is written before the last comma came from outside, and may be made up."""
    if proxied:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return request.remote or ""


def network_of(address: str) -> str | None:
    """None: this machine itself, or it cannot be told; then nobody is turned away for what another did.

    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("127.0.0.1"), network_of("unknown")
    ('203.0.113.7', '2001:db8:1:2::', None, None)
    """
    try:
        read = ip_address(address[:LONGEST])
    except ValueError:
        return None
    if isinstance(read, IPv6Address):
        read = read.ipv4_mapped or read
    if read.is_loopback or read.is_unspecified:
        return None
    if isinstance(read, IPv6Address):
        return str(ip_network((int(read), SITE), strict=False).network_address)
    return str(read)
