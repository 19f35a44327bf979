"""The service with one more door: POST /bench/tell?chat=… keeps a notice for a chat and delivers it, as its work does.

python -m benchmarks.streams_service run
"""

from typing import Any

from aiohttp import web

from bot import app
from bot.commands import main
from bot.handlers.web.application import application
from bot.storage.store import Store, Unit
from bot.texts.message import Message, ShownLine
from bot.turn import Turns

WORDS = "Bưu tá đang trên đường đến"
MESSAGES = (Message((ShownLine(WORDS),)),)


def chat_with_a_bell(turns: Turns, store: Store, *given: Any, **named: Any) -> web.Application:
    async def tell(request: web.Request) -> web.Response:
        chat, key = request.query["chat"], request.query["key"]

        def keep(unit: Unit) -> None:
            unit.turns.notify(f"web:{chat}", key, MESSAGES)

        await store.run(keep)
        await turns.deliver_owed()
        return web.Response()

    chat = application(turns, store, *given, **named)
    chat.router.add_post("/bench/tell", tell)
    return chat


if __name__ == "__main__":
    vars(app)["web_chat"] = chat_with_a_bell
    main()
