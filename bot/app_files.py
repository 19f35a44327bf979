"""The files of an order, made when they are asked for by the chat that ordered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.handlers.files import FileBody
from bot.papers.calendar_entry import calendar_entry
from bot.papers.calendar_entry import file_name as name_of_entry
from bot.papers.slip import file_name as name_of_slip
from bot.papers.slip import slip
from bot.storage.pickups import Kept
from bot.storage.store import Store
from knowledge.slots import known_places
from knowledge.visits import Visits
from procedures_catalog.postage import Tariffs


@dataclass(frozen=True)
class OrderFiles:
    """Refs: slip/<order number>, ics/<order number>."""

    store: Store
    visits: Visits
    tariffs: Tariffs
    now: Callable[[], datetime]  # with its zone

    async def read(self, ref: str, chat: str) -> FileBody | None:
        kind, _, number = ref.partition("/")
        make = {"slip": self._slip, "ics": self._entry}.get(kind)
        kept = await self.store.run(lambda unit: unit.pickups.get(number)) if make else None
        if make is None or kept is None or kept.order.chat != chat:
            return None
        return await asyncio.to_thread(make, kept)

    def _slip(self, kept: Kept) -> FileBody:
        order = kept.order
        exemption = self.tariffs.exemptions.get(order.exemption or "")
        named = exemption.label_vi if exemption else None  # what is signed is in Vietnamese
        hours = self.visits.hours(order.visit.shift)
        body = slip(order, kept.item, commune_name, hours=hours, exemption=named)
        return FileBody(name_of_slip(order.number), "application/pdf", body)

    def _entry(self, kept: Kept) -> FileBody:
        order = kept.order
        over = kept.to_cancel or kept.status in ("cancelled", "refused")
        body = calendar_entry(order, commune_name, self.now(), self.visits.hours(order.visit.shift), cancelled=over)
        return FileBody(name_of_entry(order.number), "text/calendar; charset=utf-8", body)


def commune_name(code: str) -> str:
    """With its province."""
    commune = known_places().book.communes.get(code)
    return commune.full if commune else code
