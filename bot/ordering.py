"""Chats run side by side; within one chat, updates run one after the other."""

import asyncio
from weakref import WeakValueDictionary


class ChatByChat:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, chat: str) -> asyncio.Lock:
        """The lock of a chat; it is forgotten when nobody holds or awaits it."""
        return self._locks.setdefault(chat, asyncio.Lock())
