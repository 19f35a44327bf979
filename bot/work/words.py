"""What is said to a citizen who did not ask: which words for which news, with the times that can be offered now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.dialogue import notices
from bot.dialogue.dossiers.notices import followed_by_itself
from bot.dialogue.step import Reply
from bot.dialogue.world import PostWorld
from bot.pickup.order import Order, Visit
from bot.pickup.progress import News, Status
from bot.storage.pickups import Kept, Pickups

# News by which nobody does anything tonight. Others do not wait: that the postman is on the way, that the order is
# taken or refused, that the visit is moved or stays. They are about the next hours, or answer what was just done.
CAN_WAIT: frozenset[Status] = frozenset(
    {"collected", "collection_failed", "handed_over", "result_on_the_way", "delivery_failed", "delivered", "returned"}
)
EVENING = (time(18, 30), time(21))  # when people are reminded of tomorrow: home, and not asleep


@dataclass(frozen=True)
class Notices:
    post: PostWorld
    now: Callable[[], datetime]  # in Viet Nam, without its zone

    def of_news(self, kept: Kept, news: News, pickups: Pickups) -> Reply | None:
        now = self.now()
        full = pickups.full(kept.order.address.commune, now.date(), self.post.capacity)
        return notices.notice(kept.order, news, kept.status, self.post.visits, now, full)

    def ended(self, kept: Kept) -> Reply | None:
        return notices.ended(kept.order, kept.status, kept.reason)

    def moved(self, order: Order) -> Reply:
        return notices.moved(order)

    def not_changed(self, order: Order, before: Order | None, reason: str | None) -> Reply:
        """`before`: the order as the post knows it."""
        if before and before.visit == order.visit:
            return notices.not_corrected(order, reason)
        return notices.not_moved(order, reason)

    def stays(self, order: Order, reason: str | None) -> Reply:
        return notices.stays(order, reason)

    def delayed(self, order: Order) -> Reply:
        return notices.delayed(order)

    def given_up(self, order: Order) -> Reply:
        return notices.given_up(order)

    def followed(self, order: Order, code: str) -> Reply:
        return followed_by_itself(order, code)

    def reminder(self, order: Order) -> Reply:
        return notices.reminder(order, self.post.visits)

    def to_remind_of(self) -> date | None:
        """The day after today, in the evening; at other times nobody is reminded."""
        now = self.now()
        return now.date() + timedelta(days=1) if EVENING[0] <= now.time() < EVENING[1] else None

    def is_over(self, visit: Visit) -> bool:
        return self.now() >= datetime.combine(visit.day, self.post.visits.hours(visit.shift)[1])
