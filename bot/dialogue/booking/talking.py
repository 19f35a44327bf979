"""The state of the form: what each message does to it, and what it leaves to others."""

from dataclasses import replace

from bot.dialogue.booking import consenting, pricing
from bot.dialogue.booking.afterwards import afterwards, side_of
from bot.dialogue.booking.answering import answered, is_a_whole_name
from bot.dialogue.booking.asking import asked, edit_screen, short_question
from bot.dialogue.booking.confirming import already, confirmed
from bot.dialogue.booking.everything import everything
from bot.dialogue.booking.extras import CLEARED, cleared
from bot.dialogue.booking.fields import before, is_asked, open_orders
from bot.dialogue.booking.filled import Filled
from bot.dialogue.booking.form import ANYTHING, agreed, go_on, resume, stopped, the_only
from bot.dialogue.booking.hearing import hear
from bot.dialogue.booking.listening import FREE, listened
from bot.dialogue.booking.people import introduced
from bot.dialogue.booking.people import receiver as received
from bot.dialogue.booking.placing import located
from bot.dialogue.booking.pricing import asks_the_price
from bot.dialogue.booking.putting import put
from bot.dialogue.booking.tapping import tapped
from bot.dialogue.events import Chose, Event, Introduced, Located, Said
from bot.dialogue.states import AnyState, Asked, Booking, Draft, Managing, askable
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.world import Given
from knowledge.answers import Short, field_to_mend, short_answers
from knowledge.corrections import correction_in, is_house_number
from knowledge.meanings import (
    Ask,
    AskGeneral,
    Book,
    Complain,
    Danger,
    DossierCode,
    FindOffice,
    Follow,
    GaveSecret,
    Is,
    Manage,
    Meaning,
    MyData,
    Named,
    OtherCode,
    ParcelCode,
    Pick,
    Speak,
    Track,
    Unfollow,
    Wish,
)

URGENT = (Danger, GaveSecret, Speak)
# Answered by what exists, whatever was asked; the question is asked again behind the answer.
FOR_OTHERS = (
    *URGENT, AskGeneral, DossierCode, ParcelCode, OtherCode, Track, Follow, Unfollow, Complain, MyData, Manage,
    FindOffice,
)  # fmt: skip
SIMPLE_FOR_OTHERS = frozenset(
    {"thanks", "goodbye", "help", "person", "insult", "who", "smalltalk", "out_of_scope", "forget", "nothing"}
)
CHOICES: tuple[Asked, ...] = ("papers", "back", "forward_fee", "again")
OF_THE_PROCEDURE: tuple[Asked, ...] = ("papers", "back", "receiver", "back_to", "forward_fee", "again", "summary")
OFFERED_BY_NUMBER = ("procedure", "commune", "visit", "exemption")


def booking(state: Booking, event: Event, given: Given) -> Step | None:
    """None: for others to answer; `afterwards` then asks the question again."""
    if state.asked == "consent":
        return before_consent(state, event, given)
    draft = given.memory.draft
    if draft is None:
        return None
    if state.asked in OF_THE_PROCEDURE and draft.procedure not in given.catalog:  # it left the catalogue overnight
        state = state.model_copy(update={"asked": "procedure"})
    match event:
        case Chose(option):
            verb, _, rest = option.partition(":")
            return tapped(state, verb, rest, given)
        case Located():
            return go_on(located(event, Filled(draft), given), given)
        case Introduced():
            return go_on(contact(state, event, draft, given), given)
        case Said(meaning, _, said):
            return of_words(state, meaning, said, draft, given)
        case _:
            return None


def confirmed_again(state: AnyState, event: Event, given: Given) -> Step | None:
    """ "Ok đặt đi" once more, when the order is on screen: it is one order."""
    if not (isinstance(state, Managing) and isinstance(event, Said)) or state.asked:
        return None
    short = short_answers(event.text)
    return already("", given) if "confirm" in short and "yes" not in short else None


def resumes(said: str, given: Given) -> bool:
    """Whether a form that was left is asked for again, wherever the conversation is."""
    return given.memory.draft is not None and "resume" in short_answers(said)


def before_consent(state: Booking, event: Event, given: Given) -> Step | None:
    """A yes or a no; other words about the pickup wait with the first ones."""
    match event:
        case Chose(option):
            verb, _, rest = option.partition(":")
            return tapped(state, verb, rest, given)
        case Said(meaning, _, said):
            short = short_answers(said)
            if "yes" in short:
                return agreed(state, given)
            if short & {"no", "stop"} or meaning == Is("cancel"):
                return consenting.declined(given)
            if meaning == Manage("cancel") and not has_orders(given):
                return consenting.declined(given)
            if asks_the_price(meaning) and (quoted := pricing.told(Draft(procedure=of_consent(state, given)), given)):
                return go(state, quoted, consenting.again())
            if "resume" in short:
                return go(state, consenting.again())
            if is_for_others(meaning, state, given) or asks(meaning) or not is_of_the_pickup(said, given):
                return None
            return go(consenting.waiting_too(state, said, given), consenting.again())
        case _:
            return None


def of_consent(state: Booking, given: Given) -> str | None:
    """The procedure the pickup is wished for, as far as it was said to be one."""
    code = state.among[0] if state.among else None
    return the_only(ANYTHING, code, state.pending[0].said if state.pending else "", given)


def has_orders(given: Given) -> bool:
    return bool(open_orders(given))


def is_of_the_pickup(said: str, given: Given) -> bool:
    heard = hear(said, given)
    return heard.tells or is_a_whole_name(heard) or is_house_number(said) or correction_in(said) is not None


def asks(meaning: Meaning) -> bool:
    """A question about a procedure it names: it fills in nothing."""
    return isinstance(meaning, Wish | Named) and meaning.aspect is not None


def is_for_others(meaning: Meaning, state: Booking, given: Given) -> bool:
    if state.asked in FREE:
        return isinstance(meaning, URGENT)
    if isinstance(meaning, Named):
        return state.asked != "procedure" or asks(meaning)
    if isinstance(meaning, Manage) and not has_orders(given):  # about the one that is arranged
        return meaning.what == "see"
    return isinstance(meaning, FOR_OTHERS) or (isinstance(meaning, Is) and meaning.what in SIMPLE_FOR_OTHERS)


def of_words(state: Booking, meaning: Meaning, said: str, draft: Draft, given: Given) -> Step | None:
    short = short_answers(said)
    if step := steered(state, short, said, draft, given):
        return step
    if state.asked not in FREE and asks_the_price(meaning) and (step := priced(state, meaning, draft, given)):
        return step
    if is_for_others(meaning, state, given):
        return None
    if meaning == Is("cancel") and not short:  # "thôi không gửi nữa"
        return stopped(given)
    if isinstance(meaning, Manage):
        return managed(state, meaning, said, draft, given)
    if isinstance(meaning, Ask) and not answers_anyway(state, said, draft, given):
        return digression(state, meaning, draft, given)
    if state.asked not in FREE and asks(meaning) and not answers_anyway(state, said, draft, given):
        return None
    if isinstance(meaning, Pick) and (step := picked(state, meaning.position, draft, given)):
        return step
    if isinstance(meaning, Book):
        return go_on(everything(hear(meaning.rest, given), Filled(draft), state, given, wish=True), given)
    filled = listened(state, said, draft, given)
    if filled is not None:
        return go_on(filled, given)
    if isinstance(meaning, Is) and meaning.what in ("agree", "none", "cancel", "greeting"):
        return go(state, short_question(state, draft, given))
    return None


def priced(state: Booking, meaning: Meaning, draft: Draft, given: Given) -> Step | None:
    """The postage, and all of the state fee for words that may mean it. None: of no procedure yet."""
    quoted = pricing.told(draft, given)
    if quoted is None:
        return None
    fee = digression(state, meaning, draft, given) if isinstance(meaning, Ask) else None
    step = fee or afterwards(state, go(state), given)
    return replace(step, replies=(quoted, *step.replies))


def managed(state: Booking, meaning: Manage, said: str, draft: Draft, given: Given) -> Step:
    """ "Hủy lịch hẹn", "đổi lịch sang chiều", with no other pickup than the one that is arranged."""
    if meaning.what == "cancel":
        return stopped(given)
    if filled := listened(ANYTHING, said, draft, given):
        return go_on(filled, given)
    return asked("visit", Filled(draft), given) if meaning.what == "move" else go(state, edit_screen(given, draft))


def answers_anyway(state: Booking, said: str, draft: Draft, given: Given) -> bool:
    """ "Chưa có tờ khai" and "mang về nhà luôn" ask elsewhere; where papers or the way back are asked, they answer."""
    heard = hear(said, given)
    return heard.tells or (state.asked in CHOICES and answered(state, heard, Filled(draft), given) is not None)


def steered(state: Booking, short: frozenset[Short], said: str, draft: Draft, given: Given) -> Step | None:
    """Back, out, past, on: the words that move about the form."""
    if state.asked == "summary" and "confirm" in short and state.among:
        return confirmed(state.among[0], given)
    if "resume" in short or (state.asked == "summary" and "confirm" in short):
        return resume(given)
    if "stop" in short or (state.asked == "again" and "no" in short):
        return stopped(given)
    if "previous" in short:
        field = before(state.asked, draft, given)
        return go_on(Filled(draft), given) if field == "summary" else asked(field, Filled(draft), given)
    if state.asked in CLEARED and short & {"skip", "no"}:
        return go_on(cleared(state.asked, Filled(draft)), given)
    if "edit" in short and state.asked == "summary":
        return go(state, edit_screen(given, draft))
    named = askable(field_to_mend(said) or "")
    if named and is_asked(named, draft, given):
        return asked(named, Filled(draft), given)
    if "skip" in short and state.asked != "papers":
        return go(state, needed(state, draft, given))
    return None


def needed(state: Booking, draft: Draft, given: Given) -> Reply:
    question = short_question(state, draft, given)
    return replace(question, lines=(Line(text("book.needed")), *question.lines))


def picked(state: Booking, position: int, draft: Draft, given: Given) -> Step | None:
    """ "The second one", of those offered."""
    index = position - 1 if position > 0 else position
    if state.asked not in OFFERED_BY_NUMBER or not -len(state.among) <= index < len(state.among):
        return None
    filled = put(state, state.asked, state.among[index], Filled(draft), given)
    return go_on(filled, given) if filled else None


def contact(state: Booking, event: Introduced, draft: Draft, given: Given) -> Filled:
    if state.asked == "receiver":
        return received(hear(f"{event.phone}", given), Filled(draft), event.name or None)
    return introduced(event, Filled(draft))


def digression(state: Booking, meaning: Ask, draft: Draft, given: Given) -> Step | None:
    """A question about the procedure of the draft. None: about none, for others to answer."""
    if draft.procedure not in given.catalog:
        return None
    return afterwards(state, side_of(state, meaning.aspect, given.catalog[draft.procedure or ""], given), given)
