"""A control page: shows how a pretend thing stands, and does what its buttons say."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from aiohttp import web

from bot.sandbox.dress import dress, style
from bot.sandbox.guard import local_only, same_origin

Thing = TypeVar("Thing")


def control(
    thing: Thing,
    written: Callable[[Thing], str],
    deeds: Mapping[str, Callable[[Thing, Mapping[str, str]], None]],
) -> web.Application:
    """`written`: the page. A deed raises KeyError, ValueError or OverflowError for a form it does not understand."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=written(thing), content_type="text/html")

    async def do(request: web.Request) -> web.Response:
        deed = deeds.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        form = await request.post()
        try:
            deed(thing, {name: value for name, value in form.items() if isinstance(value, str)})
        except (KeyError, ValueError, OverflowError) as error:
            raise web.HTTPBadRequest(text="Không hiểu yêu cầu này.\n") from error
        return web.Response(status=303, headers={"Location": "./"})  # so that loading again does nothing again

    app = web.Application(middlewares=[local_only, same_origin])
    app.on_response_prepare.append(dress)
    app.router.add_get("/", show)
    app.router.add_get("/page.css", style)
    app.router.add_post("/{deed}", do)
    return app
