"""Files behind links: those of the web chat for whom they were made, those of other channels for who has the link."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.handlers.file_links import BASE, FileLinkExpiredError, FileLinks, Linked, NoFileLinkError
from bot.handlers.files import FileBody, Files
from bot.handlers.limit import Limit
from bot.handlers.web.guard import REASON, WAIT
from bot.handlers.web.visitor import visitor_of

PATH = r"file/{ref:[a-z]+/[\w-]{1,40}}"
LINK_PATH = BASE + "{token}"
A_MINUTE = 20  # for one chat: a slip is drawn anew each time
SECRET = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}  # the address is the key


@dataclass(frozen=True)
class Handout:
    files: Files | None
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))

    async def give(self, request: web.Request) -> web.Response:
        visitor = visitor_of(request)
        if self.files is None or not visitor.came_back:
            raise web.HTTPNotFound
        if not self.limit.allows(visitor.chat):
            raise web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
        file = await self.files.read(request.match_info["ref"], visitor.address)
        if file is None:
            raise web.HTTPNotFound
        return handed_over(file)


@dataclass(frozen=True)
class LinkedHandout:
    files: Files | None
    links: FileLinks | None
    limit: Limit = field(default_factory=lambda: Limit(A_MINUTE))

    async def give(self, request: web.Request) -> web.Response:
        linked = self._linked(request)
        if not self.limit.allows(linked.address):
            raise web.HTTPTooManyRequests(headers={"Retry-After": WAIT})
        file = await self.files.read(linked.ref, linked.address) if self.files else None
        if file is None:  # the order was deleted
            request[REASON] = "web.error_link"
            raise web.HTTPNotFound
        answer = handed_over(file)
        answer.headers.update(SECRET)
        return answer

    def _linked(self, request: web.Request) -> Linked:
        try:
            if self.links is None:
                raise NoFileLinkError
            return self.links.opened(request.match_info["token"])
        except NoFileLinkError:
            request[REASON] = "web.error_link"
            raise web.HTTPNotFound from None
        except FileLinkExpiredError:
            raise web.HTTPGone from None


def handed_over(file: FileBody) -> web.Response:
    """To be kept by the citizen and by nobody in between: Cache-Control is no-store on whatever says nothing else."""
    headers = {"Content-Type": file.content_type, "Content-Disposition": file.disposition}
    return web.Response(body=file.body, headers=headers)
