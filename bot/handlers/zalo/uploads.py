"""Files and pictures as Zalo takes them: uploaded first, then named in a message; forgotten by Zalo after 7 days.

What was uploaded is remembered in this process alone: it saves the second upload when a send is tried again. A slip is
one citizen's own, so another process, or the next one, hardly ever has the same.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.handlers.files import FileBody
from bot.handlers.zalo.api import ZaloApi
from bot.services.http import Upload

MB = 1024 * 1024
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Shape = Literal["image", "file"]
TAKES: dict[str, tuple[Shape, int]] = {  # CHANNELS §2.2: bytes at most
    "image/jpeg": ("image", MB),
    "image/png": ("image", MB),
    "application/pdf": ("file", 5 * MB),
    "application/msword": ("file", 5 * MB),
    WORD: ("file", 5 * MB),
    "text/csv": ("file", 5 * MB),
}
KEPT = timedelta(days=6)  # by Zalo 7
MOST = 500  # names remembered


@dataclass(frozen=True)
class Uploads:
    api: ZaloApi
    now: Callable[[], datetime]
    _names: OrderedDict[str, tuple[str, datetime]] = field(default_factory=OrderedDict, repr=False)

    async def message(self, file: FileBody, label: str, *, anew: bool = False) -> dict[str, Any] | None:
        """The message that hands it over. None: Zalo does not take such a file, or not such a large one.

        `anew`: Zalo does not know it any more. Raises ZaloError.
        """
        shape, largest = TAKES.get(media_type(file), (None, 0))
        if shape is None or not 0 < len(file.body) <= largest:
            return None
        name = await self._name(shape, file, anew)
        if shape == "file":
            return {"attachment": {"type": "file", "payload": {"token": name}}}
        element = {"media_type": "image", "attachment_id": name}
        payload = {"template_type": "media", "elements": [element]}
        return {"text": label, "attachment": {"type": "template", "payload": payload}}

    async def _name(self, shape: Shape, file: FileBody, anew: bool) -> str:
        key = hashlib.sha256(f"{shape}|{file.name}|".encode() + file.body).hexdigest()
        known = self._names.get(key)
        if known and not anew and known[1] > self.now():
            return known[0]
        plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
        name = await self.api.upload(shape, Upload("file", plain, media_type(file), file.body))
        self._names[key] = name, self.now() + KEPT
        while len(self._names) > MOST:
            self._names.popitem(last=False)
        return name


def media_type(file: FileBody) -> str:
    """
    >>> media_type(FileBody("a.csv", "text/csv; charset=utf-8", b""))
    'text/csv'
    """
    return file.content_type.partition(";")[0].strip().lower()
