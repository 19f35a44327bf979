"""The map of the whole dialogue: what holds everywhere, then each state and the function that answers in it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogue import errands, general, mydata, offices
from bot.dialogue.booking.afterwards import afterwards, unclear
from bot.dialogue.booking.form import resume
from bot.dialogue.booking.talking import booking, confirmed_again, resumes
from bot.dialogue.choosing import choosing
from bot.dialogue.dossiers import following, looking, tracking
from bot.dialogue.events import Chose, ChoseAll, Event, Introduced, Located, Misnumbered, Said, Scanned, Showed, Started
from bot.dialogue.finding import home
from bot.dialogue.misses import followed, is_refusal, starts_anew
from bot.dialogue.named import named
from bot.dialogue.orders import managing
from bot.dialogue.reading import reading
from bot.dialogue.states import AnyState, Booking, Choosing, Home, Locating, Managing, Reading, Tracking
from bot.dialogue.step import Step, go, say
from bot.dialogue.tapping import tapped
from bot.dialogue.world import Given
from knowledge.calling import calls_the_bot
from knowledge.understanding import (
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
    MyData,
    Named,
    OrderCode,
    OtherCode,
    ParcelCode,
    Speak,
    Track,
    Unfollow,
    Wish,
)

A_SENTENCE = 4  # words

Answer = Callable[[Any, Event, Given], Step | None]

ANSWERS: dict[type[AnyState], Answer] = {
    Home: home,
    Choosing: choosing,
    Reading: reading,
    Locating: offices.locating,
    Managing: managing.managing,
    Tracking: tracking.tracking,
    Booking: unclear,
}

ADDRESS = "/id"  # for staff: which chat this is, to name it in the settings


def advance(state: AnyState, event: Event, given: Given) -> Step:
    """What holds everywhere first; then the state itself; what the state declines, home answers."""
    match event:
        case ChoseAll(choices):
            return one_by_one(state, choices, given)
        case Misnumbered(most):
            return go(state, say("choice.misnumbered", most=most))
    before = given.memory
    given = in_the_language_of(state, event, given)
    step = called(state, event, given) or in_the_form(state, event, given) or elsewhere(state, event, given)
    step = step if step.memory or given.memory is before else replace(step, memory=given.memory)
    step = followed(state, event, step, given) if before.wishes else step
    return remembering_what_was_read(event, step, given)


def one_by_one(state: AnyState, choices: Sequence[Chose], given: Given) -> Step:
    """As if each were tapped where the one before led to; only what the last one shows is shown."""
    step = Step(state)
    for choice in choices:
        step = advance(step.state, choice, given.remembering(step.memory or given.memory))
        given = given.remembering(step.memory or given.memory)
    return replace(step, memory=given.memory)


def remembering_what_was_read(event: Event, step: Step, given: Given) -> Step:
    """Until another is read, the one on screen is said not to be meant, or the citizen begins anew."""
    memory = step.memory or given.memory
    read = step.state.code if isinstance(step.state, Reading) else memory.read
    if starts_anew(event) or is_refusal(event, step):
        read = step.state.code if isinstance(step.state, Reading) else None
    return step if read == memory.read else replace(step, memory=memory.model_copy(update={"read": read}))


def called(state: AnyState, event: Event, given: Given) -> Step | None:
    """By its name and nothing else: the bot says that it is there, and shows what it showed before."""
    if not (isinstance(event, Said) and calls_the_bot(event.text)):
        return None
    if isinstance(state, Booking):
        before = afterwards(state, Step(state), given)  # the question again, that of the consent too
    elif ways := general.way_back(state, given):
        before = advance(state, Chose(ways[0].option), given)
    else:
        before = general.welcome(state, given)
    return replace(before, replies=(say("bot.here"), *before.replies))


def in_the_form(state: AnyState, event: Event, given: Given) -> Step | None:
    """While a pickup is arranged its form hears first: a name, a house or "thôi" mean something else there."""
    return booking(state, event, given) if isinstance(state, Booking) else confirmed_again(state, event, given)


def elsewhere(state: AnyState, event: Event, given: Given) -> Step:
    step = everywhere(state, event, given) or ANSWERS[type(state)](state, event, given) or home(Home(), event, given)
    return afterwards(state, step, given)


def in_the_language_of(state: AnyState, event: Event, given: Given) -> Given:
    """Who writes English is answered in English, and the other way round, until they choose a language.

    In the form of a pickup a name or an address is no sign: those are Vietnamese in every language.
    """
    match event:
        case Said(Wish(), language, said) if isinstance(state, Booking) and (language == "vi" or is_short(said)):
            return given
        case Said(language=("vi" | "en") as language) if not given.memory.chosen and language != given.memory.language:
            return given.remembering(given.memory.model_copy(update={"language": language}))
        case _:
            return given


def is_short(said: str) -> bool:
    """Too few words to tell a language by, where names are said."""
    return len(said.split()) < A_SENTENCE


def everywhere(state: AnyState, event: Event, given: Given) -> Step | None:
    match event:
        case Said(text=said) if said.strip() == ADDRESS:
            return go(state, say("chat.address", address=given.chat))
        case Said(Danger() as meaning):
            return general.danger(state, meaning, given)
        case Said(GaveSecret()):
            return general.gave_secret(state, given)
        case Said() if digits := tracking.digits_said(state, event, given):
            return digits
        case Said(text=said) if resumes(said, given):
            return resume(given)
        case Said(OrderCode(number)):
            return looking.of_order(state, number, given)
        case Said(Manage() as meaning, text=said):
            return managing.wished(state, meaning, said, given)
        case Said(MyData("see")):
            return mydata.shown(state, given)
        case Said(MyData("withdraw")):
            return mydata.withdraw(given)
        case Said(Is("forget")):
            return mydata.delete(given)
        case Said(Is("cancel"), text=said) if step := managing.stopped(state, said, given):
            return step
        case Said(Is("nothing")) if isinstance(state, Tracking) and state.asked == "code":  # "abc" is no code
            return None
        case Said(Is() as meaning):
            return general.simple(state, meaning, given)
        case Said(Speak(language)):
            return general.spoken(state, language, given)
        case Said(AskGeneral(topic)):
            return general.answered(state, topic, given)
        case Said(Ask("post")) if not isinstance(state, Reading):  # of no procedure: of the post itself
            return general.answered(state, "what", given)
        case Said(Named(code, aspect)):
            return named(code, aspect, given)
        case Said(DossierCode() as meaning):
            return looking.of_code(state, meaning, given)
        case Said(ParcelCode() as meaning):
            return looking.of_parcel(state, meaning, given)
        case Said(OtherCode() as meaning):
            return errands.other_code(state, meaning, given)
        case Said(Book() as meaning):
            return errands.booked(state, meaning, given)
        case Said(Ask(aspect)) if step := tracking.awaited(state, aspect, given):
            return step
        case Said(Track()):
            return looking.asked(state, given)
        case Said(Follow()):
            return following.follow_said(state, given)
        case Said(Unfollow()):
            return following.unfollow_said(state, given)
        case Scanned():
            return looking.scanned(state, event, given)
        case Said(FindOffice(said)):
            return offices.asked(state, said, given)
        case Said(Complain()):
            return errands.complained(state, given)
        case Chose(option):
            return tapped(state, option, given)
        case Started():
            return general.started(event, given)
        case Showed():
            return general.showed(state, event, given)
        case Located() | Introduced() if given.memory.draft and not isinstance(state, Managing):
            return booking(Booking(asked="summary"), event, given)
        case Located():
            return offices.locating(Locating(), event, given)
        case _:
            return None
