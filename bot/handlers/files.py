"""The files a message offers: what a channel asks when it sends one, or lets the citizen fetch it."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

UNSAFE = str.maketrans(dict.fromkeys('?"\\/%\r\n', "_"))


@dataclass(frozen=True)
class FileBody:
    name: str  # as the citizen keeps it: phieu-gui-ho-so-ND261122-4F7KQ2.pdf
    content_type: str
    body: bytes

    @property
    def disposition(self) -> str:
        """To be kept, not opened in place (RFC 6266): plain letters for old browsers, all letters for the others.

        >>> FileBody("phiếu.pdf", "application/pdf", b"").disposition
        'attachment; filename="phi_u.pdf"; filename*=UTF-8\\'\\'phi%E1%BA%BFu.pdf'
        """
        plain = self.name.encode("ascii", "replace").decode().translate(UNSAFE)
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.name, safe='')}"


class Files(Protocol):
    """Makes files by the `ref` of a ShownFile.

    `chat` is the address of who asks, "web:…". None: there is no such file (any more), or not for this chat.
    """

    async def read(self, ref: str, chat: str) -> FileBody | None: ...
