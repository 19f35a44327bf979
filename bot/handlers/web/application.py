"""The web chat: a page that works without JavaScript, and better with it (see pages/ and static/)."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from aiohttp import web

from bot.handlers.file_links import FileLinks
from bot.handlers.files import Files
from bot.handlers.limit import Limit
from bot.handlers.pictures import Pictures
from bot.handlers.web.channel import WebChat
from bot.handlers.web.chat import Chat
from bot.handlers.web.client import Newcomers
from bot.handlers.web.embed import SCRIPT, Framing, Script, without_slash
from bot.handlers.web.files import LINK_PATH, PATH, Handout, LinkedHandout
from bot.handlers.web.guard import apologetic, dressing
from bot.handlers.web.lookout import Lookout
from bot.handlers.web.news import News
from bot.handlers.web.pages import ASSETS, given
from bot.handlers.web.pictures import Uploads
from bot.handlers.web.poster import POSTER, QR, Posters
from bot.handlers.web.visitor import DOORS, FRAMED
from bot.storage.store import Store
from bot.turn import Turns

FOR_GOOD = "public, max-age=31536000, immutable"
NO_LINKS: Mapping[str, str] = MappingProxyType({})


def application(
    turns: Turns,
    store: Store,
    secret: bytes,
    channel: WebChat | None = None,
    files: Files | None = None,
    pictures: Pictures | None = None,
    *,
    https: bool = False,
    a_minute: int = 30,
    base: str | None = None,
    embed_on: Collection[str] = frozenset(),
    links: Mapping[str, str] = NO_LINKS,
    file_links: FileLinks | None = None,
) -> web.Application:
    """`channel` is the one that `turns` sends by; without it, open pages learn of news a little later.
    Without `pictures`, the page offers to send none.

    `secret` signs the forms. `https`: a proxy in front speaks it, so the cookie may insist on it. `base`: the address
    citizens use, when a proxy is in front; it names in X-Forwarded-For for whom it asks; without it, a trial has its
    sandbox's page beside it. `embed_on`: sites that may show the chat in their pages. `links`: where the bot is on
    other channels, for posters: {"telegram": "https://t.me/NoiDaiBot"}; read anew for each. `file_links`: what opens
    the links to files other channels gave.
    """
    channel, contacts = channel or WebChat(), turns.world.faq.contacts
    proxied = base is not None
    newcomers, uploads, framing = Newcomers(proxied), Uploads(pictures, proxied), Framing(embed_on, https)
    sandbox = turns.world.post.trial and not proxied
    chat = Chat(turns, store, secret, https, sandbox, Limit(a_minute), uploads, newcomers, framing)
    news, handout = News(channel, store), Handout(files)
    posters = Posters(turns.world.catalog, contacts, base, links, turns.world.post.trial)
    app = web.Application(middlewares=[apologetic(store, contacts)])
    app.on_response_prepare.append(dressing(embed_on))
    app.cleanup_ctx.append(Lookout(store, channel).running)
    app.on_shutdown.append(channel.close)
    for door in DOORS:
        app.router.add_get(door.base, chat.page)
        app.router.add_post(f"{door.base}message", chat.message)
        app.router.add_get(f"{door.base}news", news.listen, allow_head=False)
        app.router.add_get(door.base + PATH, handout.give)
    app.router.add_get(FRAMED.base.rstrip("/"), without_slash)
    if embed_on:
        app.router.add_get(f"/{SCRIPT}", Script().give)
    app.router.add_get(LINK_PATH, LinkedHandout(files, file_links).give)
    app.router.add_get(QR, posters.qr)
    app.router.add_get(POSTER, posters.poster)
    app.router.add_get("/static/{name}", static)
    app.router.add_get("/healthz", healthy)
    return app


async def static(request: web.Request) -> web.Response:
    asset = ASSETS.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    return given(request, asset, {"Cache-Control": FOR_GOOD})


async def healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok")
