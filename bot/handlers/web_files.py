"""Files behind the links of the web chat: for whom they were made, and nobody else."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.handlers.files import Files
from bot.handlers.web_guard import WAIT
from bot.handlers.web_limit import Limit
from bot.handlers.web_visitor import visitor_of

PATH = r"/file/{ref:[a-z]+/[\w-]{1,40}}"
A_MINUTE = 20  # for one chat: a slip is drawn anew each time


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
        headers = {"Content-Type": file.content_type, "Content-Disposition": file.disposition}
        return web.Response(body=file.body, headers=headers)
