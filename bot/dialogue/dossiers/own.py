"""Which dossiers and pickups of this chat belong together."""

from bot.dialogue.orders.own import is_open, order_of
from bot.dialogue.orders.shown import in_viet_nam
from bot.dialogue.world import Followed, Given, Under
from bot.dossiers.dossier import Dossier
from bot.pickup.progress import PLACE

HANDED_OVER = PLACE["handed_over"]


def followed_of(code: str, given: Given) -> Followed | None:
    return next((one for one in given.own.followed if one.code == code), None)


def is_watched(code: str, given: Given) -> bool:
    """Whether changes are told, not only the next answer."""
    one = followed_of(code, given)
    return one is not None and not one.once and not one.ended


def is_awaited(code: str, given: Given) -> bool:
    """Whether its next answer is told, and no more."""
    one = followed_of(code, given)
    return one is not None and one.once and not one.ended


def watched(given: Given) -> tuple[Followed, ...]:
    return tuple(one for one in given.own.followed if not one.ended)


def pickup_of(code: str, given: Given) -> Under | None:
    """The pickup of this chat it was collected with."""
    one = followed_of(code, given)
    return order_of(one.order, given) if one and one.order else None


def dossier_of(number: str, given: Given) -> Followed | None:
    """The dossier that was made of what a pickup collected."""
    return next((one for one in given.own.followed if one.order == number), None)


def linkable(dossier: Dossier, given: Given) -> tuple[Under, ...]:
    """Pickups it may have come of: handed over, no dossier known, and nothing speaks against it."""
    return tuple(under for under in given.own.orders if may_be_of(dossier, under, given))


def may_be_of(dossier: Dossier, under: Under, given: Given) -> bool:
    order = under.order
    if not is_handed_over(under) or dossier_of(order.number, given):
        return False
    if dossier.procedure and dossier.procedure != order.procedure:
        return False
    return dossier.received is None or in_viet_nam(dossier.received).date() >= in_viet_nam(order.ordered_at).date()


def is_handed_over(under: Under) -> bool:
    return is_open(under) and PLACE[under.status] >= HANDED_OVER


def apart(given: Given) -> tuple[Followed, ...]:
    """Dossiers of no pickup of this chat."""
    return tuple(one for one in given.own.followed if pickup_of(one.code, given) is None)


def listed_count(given: Given) -> int:
    return len(given.own.orders) + len(apart(given))
