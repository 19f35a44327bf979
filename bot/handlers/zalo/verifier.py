"""The file by which Zalo sees that the public address is ours: served as it is, under its own name at the root."""

import re
from pathlib import Path

from aiohttp import web

from bot.settings import SettingsError

NAME = re.compile(r"zalo_verifier[\w-]{1,100}\.html", re.ASCII)
LARGEST = 16 * 1024  # bytes; Zalo's has a few hundred


class Verifier:
    """Raises SettingsError when it is no such file, or cannot be read."""

    def __init__(self, file: Path) -> None:
        if not NAME.fullmatch(file.name):
            raise SettingsError(f"NOIDAI_ZALO_VERIFIER: {file}: the name Zalo gave it is kept, zalo_verifier….html")
        try:
            with file.open("rb") as opened:
                self._page = opened.read(LARGEST)
        except OSError as error:
            raise SettingsError(f"NOIDAI_ZALO_VERIFIER: {file}: {error.strerror}") from None
        self.path = f"/{file.name}"

    async def give(self, request: web.Request) -> web.Response:
        return web.Response(body=self._page, content_type="text/html", charset="utf-8")
