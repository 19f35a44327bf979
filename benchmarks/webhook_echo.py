"""python-telegram-bot's own echo bot by webhook, as its documentation shows it. Needs its extra [webhooks].

    python webhook_echo.py API PORT CONCURRENT POOL

API: address of a Bot API. CONCURRENT: updates at once; 0: one after the other, as by default. POOL: connections; 0: the
default. Knows nothing of this repository, so any interpreter with the library runs it.
"""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

TOKEN, PATH, SECRET = "1:echo", "hook", "secret"


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Echo the user message."""
    await update.message.reply_text(update.message.text)  # type: ignore[union-attr, arg-type]


def main(api: str, port: int, concurrent: int, pool: int) -> None:
    builder = Application.builder().token(TOKEN).base_url(f"{api}/bot").base_file_url(f"{api}/file/bot")
    if concurrent:
        builder = builder.concurrent_updates(concurrent)
    if pool:
        builder = builder.connection_pool_size(pool)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_webhook(
        "127.0.0.1", port, PATH, webhook_url=f"https://bot.example/{PATH}", secret_token=SECRET, allowed_updates=[]
    )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
