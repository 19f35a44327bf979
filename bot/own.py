"""What a turn reads of the chat's pickups before its step, and what it keeps of them after."""

from datetime import date

from bot.dialogue.states import Memory
from bot.dialogue.step import CancelOrder, Command, Consent, CorrectOrder, MoveOrder, PlaceOrder
from bot.dialogue.world import Own, Under, World
from bot.pickup.order import Visit
from bot.storage.pickups import Kept
from bot.storage.store import Unit


def own(unit: Unit, chat: str, memory: Memory, world: World) -> Own:
    """Most turns need nothing of it, and ask for nothing."""
    draft = memory.draft
    if not memory.ordered and draft is None:
        return Own()
    orders = tuple(under(kept) for kept in unit.pickups.of_chat(chat)) if memory.ordered else ()
    communes = {one.order.address.commune for one in orders if one.is_open}
    if draft and draft.commune:
        communes = {draft.commune}
    full = full_in(communes, unit, world.now().date(), world.post.capacity)
    return Own(orders, full, unit.pickups.open_with_phone(draft.phone) if draft and draft.phone else 0)


def full_in(communes: set[str], unit: Unit, since: date, capacity: int) -> frozenset[Visit]:
    """Visits with no room left, in any of them."""
    return frozenset[Visit]().union(*(unit.pickups.full(commune, since, capacity) for commune in sorted(communes)))


def has_orders(unit: Unit, chat: str) -> bool:
    return bool(unit.pickups.of_chat(chat, limit=1))


def under(kept: Kept) -> Under:
    ended = kept.ended_at is not None
    return Under(kept.order, kept.status, kept.since, kept.item, kept.reason, kept.to_cancel, ended)


def keep(command: Command, unit: Unit, chat: str) -> None:
    """What a step promised, in the transaction that keeps the step."""
    match command:
        case PlaceOrder(order):
            unit.pickups.add(order)
        case MoveOrder(number, visit):
            unit.pickups.move(number, visit)
        case CorrectOrder(number, sender):
            unit.pickups.correct(number, sender)
        case CancelOrder(number):
            unit.pickups.cancel(number)
        case Consent(version, given):
            unit.consents.add(chat, version, given=given)


def forget(unit: Unit, chat: str, but: int) -> None:
    """All that is kept of a chat, save orders under way: those end first. `but`: the turn that asked for it."""
    unit.conversations.forget(chat)
    unit.turns.forget(chat, but=but)
    unit.pickups.forget(chat)
    unit.consents.forget(chat)
