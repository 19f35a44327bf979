"""What a turn reads of the chat's pickups and dossiers before its step, and what it keeps of them after."""

from datetime import date

from bot.dialogue.states import Memory
from bot.dialogue.step import CancelOrder, Command, Consent, CorrectOrder, Follow, MoveOrder, PlaceOrder, Unfollow
from bot.dialogue.world import Own, Under, World
from bot.pickup.order import Visit
from bot.storage.pickups import Kept
from bot.storage.store import Unit
from knowledge.tongue import Language


def own(unit: Unit, chat: str, memory: Memory, world: World) -> Own:
    """Most turns need nothing of it, and ask for nothing."""
    draft = memory.draft
    if not memory.ordered and not memory.follows and draft is None:
        return Own()
    # whose dossier was collected here follows it without having asked to
    followed = unit.dossiers.followed(chat) if memory.ordered or memory.follows else ()
    linked = {one.order for one in followed if one.order}
    orders = tuple(under(kept, linked, unit) for kept in unit.pickups.of_chat(chat)) if memory.ordered else ()
    communes = {one.order.address.commune for one in orders if one.is_open}
    if draft and draft.commune:
        communes = {draft.commune}
    full = full_in(communes, unit, world.now().date(), world.post.capacity)
    same_phone = unit.pickups.open_with_phone(draft.phone) if draft and draft.phone else 0
    return Own(orders, full, same_phone, followed)


def full_in(communes: set[str], unit: Unit, since: date, capacity: int) -> frozenset[Visit]:
    """Visits with no room left, in any of them."""
    return frozenset[Visit]().union(*(unit.pickups.full(commune, since, capacity) for commune in sorted(communes)))


def has_orders(unit: Unit, chat: str) -> bool:
    return bool(unit.pickups.of_chat(chat, limit=1))


def under(kept: Kept, linked: set[str], unit: Unit) -> Under:
    """With its way so far where that is one with the dossier's."""
    ended, number = kept.ended_at is not None, kept.order.number
    history = unit.pickups.history(number) if number in linked else ()
    return Under(kept.order, kept.status, kept.since, kept.item, kept.reason, kept.to_cancel, ended, history)


def keep(command: Command, unit: Unit, chat: str, language: Language) -> None:
    """What a step promised, in the transaction that keeps the step. `language`: of the notices to come."""
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
        case Follow():
            unit.dossiers.follow(chat, command, language)
        case Unfollow(code):
            unit.dossiers.unfollow(chat, code)


def forget(unit: Unit, chat: str, but: int) -> None:
    """All that is kept of a chat, save orders under way: those end first. `but`: the turn that asked for it."""
    unit.conversations.forget(chat)
    unit.turns.forget(chat, but=but)
    unit.pickups.forget(chat)
    unit.dossiers.forget(chat)
    unit.consents.forget(chat)
