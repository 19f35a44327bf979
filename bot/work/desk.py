"""Our side of the counter: makes the post know what was ordered, and keeps what it tells.

Whatever is kept here is kept together with the words that tell the citizen of it, in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import structlog

from bot.dialogue.step import Follow, Reply
from bot.pickup.progress import News
from bot.reach import not_before
from bot.services.post.gateway import PostError, PostGateway
from bot.storage.feeds import FeedMovedError
from bot.storage.pickups import Kept
from bot.storage.store import Store, Unit
from bot.texts.render import render_notice
from bot.work.outcome import Outcome
from bot.work.words import CAN_WAIT, Notices
from knowledge.zone import VIETNAM

log = structlog.get_logger()

TELL_DELAY_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Desk:
    store: Store
    gateway: PostGateway
    words: Notices
    now: Callable[[], datetime]  # with its zone

    # what the post is told

    async def settle(self, number: str) -> Outcome:
        """One step towards the post knowing all: the order, its last change, or that it is cancelled.

        Safe to be run again after a crash at any point, not beside itself for the same order.
        """
        kept = await self.store.run(lambda unit: unit.pickups.get(number))
        if kept is None or kept.is_settled:
            return "settled"
        try:
            await self._next(kept)
        except PostError as error:
            if error.retryable:
                log.warning("post not reached", order=number, why=str(error))
                return await self._late(kept)
            log.warning("post refused", order=number, why=str(error))
            reason = error.reason
            await self.store.run(lambda unit: self._refused(unit, kept, reason))
        return "more"

    async def _next(self, kept: Kept) -> None:
        number = kept.order.number
        if kept.to_cancel:
            if kept.at_post != "no":
                await self.gateway.cancel(kept.order, kept.item)
            await self.store.run(lambda unit: self._end(unit, number, "cancelled"))
        elif kept.at_post != "yes":
            await self.store.run(lambda unit: unit.pickups.begin(number))
            receipt = await self.gateway.place(kept.order, again=kept.at_post == "maybe")
            await self.store.run(lambda unit: self._placed(unit, kept, receipt.item))
        else:
            await self.gateway.move(kept.order, kept.item, kept.order.visit)
            await self.store.run(lambda unit: self._moved(unit, kept))

    def _placed(self, unit: Unit, kept: Kept, item: str | None) -> None:
        """At the time of the order, which no news of the post itself precedes."""
        unit.pickups.placed(kept, item)
        number, at = kept.order.number, kept.ordered_at
        self._hear(unit, News(order=number, key="placed", status="accepted", at=at, item=item))

    def _moved(self, unit: Unit, kept: Kept) -> None:
        unit.pickups.moved(kept)
        self._say(unit, kept, f"moved:{kept.moves}", self.words.moved(kept.order))

    def _end(self, unit: Unit, number: str, status: Literal["cancelled", "refused"], reason: str | None = None) -> None:
        if ended := unit.pickups.end(number, status, reason):
            self._say(unit, ended, status, self.words.ended(ended))

    def _refused(self, unit: Unit, kept: Kept, reason: str | None) -> None:
        """The post says no: to the order itself, or only to a change of it."""
        number = kept.order.number
        if kept.to_cancel:
            unit.pickups.keep_after_all(number)
            self._say(unit, kept, f"stays:{self.now().isoformat()}", self.words.stays(kept.order, reason))
        elif kept.at_post != "yes":
            self._end(unit, number, "refused", reason)
        else:
            before = unit.pickups.not_moved(kept)
            self._say(unit, kept, f"not_moved:{kept.moves}", self.words.not_changed(kept.order, before, reason))

    async def _late(self, kept: Kept) -> Outcome:
        """The citizen is told once that an order takes longer; past the visit there is nothing to wait for."""
        if kept.at_post == "yes" or kept.to_cancel:
            return "later"
        if self.words.is_over(kept.order.visit):
            await self.store.run(lambda unit: self._give_up(unit, kept))
            return "later"
        if not kept.delayed and self.now() - kept.ordered_at > TELL_DELAY_AFTER:
            await self.store.run(lambda unit: self._tell_delay(unit, kept))
        return "later"

    def _give_up(self, unit: Unit, kept: Kept) -> None:
        """What the post never heard of is over; what it may have heard of is still to be cancelled there."""
        number = kept.order.number
        if kept.at_post == "maybe":
            unit.pickups.cancel_at_post(number)
        elif not unit.pickups.end(number, "refused"):
            return
        self._say(unit, kept, "given_up", self.words.given_up(kept.order))

    def _tell_delay(self, unit: Unit, kept: Kept) -> None:
        unit.pickups.tell_delay(kept.order.number)
        self._say(unit, kept, "delayed", self.words.delayed(kept.order), can_wait=True)

    async def sweep(self) -> None:
        """Hands over again what may have been missed; what is being worked at is not begun twice."""

        def again(unit: Unit) -> None:
            for number in unit.pickups.unsettled():
                unit.pickups.enqueue(unit.pickups.connection, number)

        await self.store.run(again)

    # what the post tells

    async def follow(self) -> int:
        """Reads the news of the post, if it is there; how many of them moved an order on."""
        changed, more = 0, True
        while more:
            try:
                moved, more = await self._read()
            except PostError as error:
                log.warning("no news of the post", why=str(error))
                break
            changed += moved
        return changed

    async def _read(self) -> tuple[int, bool]:
        name = f"post:{self.gateway.name}"
        cursor = await self.store.run(lambda unit: unit.feeds.cursor(name))
        followed = await self.store.run(lambda unit: unit.pickups.followed())
        batch = await self.gateway.news(cursor, followed)

        def keep(unit: Unit) -> int:
            changed = sum(self._hear(unit, news) for news in batch.news)
            if batch.cursor != cursor:
                unit.feeds.advance(name, cursor, batch.cursor)
            return changed

        try:
            return await self.store.run(keep), batch.more
        except FeedMovedError:  # another process reads the same feed: what it kept, it kept
            return 0, False

    async def look(self, numbers: Sequence[str]) -> None:
        """Asks for the news of some orders, if they are ours. Raises PostError."""
        kept = [one for one in [await self._get(number) for number in numbers] if one and not one.ended_at]
        if kept:
            batch = await self.gateway.news("", [(one.order.number, one.item) for one in kept])
            await self.told(batch.news)

    async def _get(self, number: str) -> Kept | None:
        return await self.store.run(lambda unit: unit.pickups.get(number))

    async def told(self, news: Sequence[News]) -> None:
        """Keeps news that came otherwise than by the feed."""
        await self.store.run(lambda unit: [self._hear(unit, one) for one in news])

    def _hear(self, unit: Unit, news: News) -> bool:
        code = None if unit.pickups.has_heard(news) else news.dossier
        kept = unit.pickups.hear(news)
        if kept:
            words = self.words.of_news(kept, news, unit.pickups)
            self._say(unit, kept, news.key, words, can_wait=news.status in CAN_WAIT)
        if code:
            self._follow(unit, news.order, code)
        return kept is not None

    def _follow(self, unit: Unit, number: str, code: str) -> None:
        """The dossier of an order is watched without being asked; it is the citizen's, for the post says so."""
        if kept := unit.pickups.get(number):
            order = kept.order
            unit.dossiers.follow(order.chat, Follow(code, proved=True, order=number), order.language)
            self._say(unit, kept, "dossier", self.words.followed(order, code), can_wait=True)

    # reminders

    async def remind(self) -> int:
        """Of tomorrow's visits, this evening; how many were reminded."""
        day = self.words.to_remind_of()
        return await self.store.run(lambda unit: self._remind(unit, day)) if day else 0

    def _remind(self, unit: Unit, day: date) -> int:
        mine = [kept for kept in unit.pickups.to_remind(day) if unit.pickups.reminded(kept.order.number, day)]
        for kept in mine:
            self._say(unit, kept, f"remind:{day}", self.words.reminder(kept.order))
        return len(mine)

    def _say(self, unit: Unit, kept: Kept, key: str, reply: Reply | None, *, can_wait: bool = False) -> None:
        """`can_wait`: for the morning, where people would be woken."""
        if reply is not None:
            order, now = kept.order, unit.turns.now
            words = (render_notice(reply, order.language, now.astimezone(VIETNAM).date()),)
            at = not_before(order.chat, now) if can_wait else None
            unit.turns.notify(order.chat, f"{order.number}:{key}", words, at)
