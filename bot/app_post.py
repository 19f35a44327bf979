"""The post, put together: the gateway of the settings, and, when it is the sandbox, the pretend post behind it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, DummyCookieJar, web
from yarl import URL

from bot.sandbox.agency.bureau import Bureau, beside
from bot.sandbox.office import Office
from bot.sandbox.wire import application as pretend_post
from bot.sandbox.wire_tokens import Key
from bot.services.post.gateway import PostGateway
from bot.services.post.hcc_bus import below
from bot.services.post.lgsp import LgspGateway
from bot.services.post.myvnpost import MyVNPost
from bot.services.post.myvnpost_account import Account as MyAccount
from bot.services.post.ngsp import Account, NgspGateway
from bot.services.post.tokens import Credentials
from bot.settings import Settings
from bot.storage.store import Store
from knowledge.slots import known_places


@dataclass(frozen=True)
class Sandbox:
    """The pretend post and the pretend agencies, on one clock."""

    office: Office
    bureau: Bureau
    address: URL


@dataclass(frozen=True)
class Post:
    gateway: PostGateway
    sandbox: Sandbox | None  # when it is what stands behind


@asynccontextmanager
async def connected(settings: Settings, store: Store) -> AsyncIterator[Post]:
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession(cookie_jar=DummyCookieJar()))
        if settings.post != "sandbox":
            yield Post(gateway_of(settings, session, store), None)
            return
        settings.sandbox_file.parent.mkdir(parents=True, exist_ok=True)
        office = Office.opened(settings.sandbox_file, speed=settings.sandbox_speed)
        stack.callback(office.close)
        bureau = Bureau.opened(beside(settings.sandbox_file), office=office)
        stack.callback(bureau.close)
        address = await stack.enter_async_context(served(pretend_post(office, bureau)))
        gateway = NgspGateway(session, sandbox_account(address), known_places().book.communes.__getitem__)
        yield Post(gateway, Sandbox(office, bureau, address))


def sandbox_account(address: URL) -> Account:
    key = Key()
    credentials = Credentials(address / "ngsp" / "token", key.key, key.secret)
    return Account(below(str(address / "ngsp" / "apiVNPostNGSP" / "p1.0")), credentials, key.customer)


def gateway_of(settings: Settings, session: ClientSession, store: Store) -> PostGateway:
    """Of a real post; that nothing is missing, settings.py has seen to."""
    url, user, customer = str(settings.post_url), settings.post_user or "", settings.post_customer or ""
    secret = settings.post_secret.get_secret_value() if settings.post_secret else ""
    book = known_places().book
    if settings.post == "myvnpost":
        desk = settings.post_desk_phone or ""
        return MyVNPost(session, MyAccount(url, user, secret, customer, desk, settings.post_contract), book)
    account = Account(below(url), Credentials(URL(str(settings.post_token_url)), user, secret), customer)
    communes = book.communes.__getitem__
    if settings.post == "ngsp":
        return NgspGateway(session, account, communes)

    async def take_item(number: str) -> str:
        return await store.run(lambda unit: unit.feeds.take_item(number))

    return LgspGateway(session, account, communes, take_item)


@asynccontextmanager
async def served(application: web.Application) -> AsyncIterator[URL]:
    """On a free port of this machine's own."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield URL(f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()
