"""What is kept, for what and how long, asked once before anything is kept (Luật 91/2025/QH15)."""

from bot.dialogue.booking.buttons import DECLINE, agree_button
from bot.dialogue.states import Booking, Home, Waiting
from bot.dialogue.step import Line, Reply, Step, go, text
from bot.dialogue.ways import HOME, PERSON, offices_button
from bot.dialogue.wording import phone
from bot.dialogue.world import Given

VERSION = "2026-11"  # of the text below; a new text needs a new one, and a new yes
LONGEST = 1000  # characters of a message before the yes that are kept for it
MOST = 9  # messages beside the first


def has_agreed(given: Given) -> bool:
    return given.memory.consent == VERSION


def ask_consent(code: str | None, said: str, given: Given) -> Step:
    """What was said already waits in the state, unread, for the yes."""
    state = Booking(asked="consent", among=(code,) if code else (), pending=waiting(said, given) if said else ())
    return go(state, question(given))


def waiting(said: str, given: Given) -> tuple[Waiting, ...]:
    return (Waiting(said=said[:LONGEST], day=given.today),)


def waiting_too(state: Booking, said: str, given: Given) -> Booking:
    """With one message more; of too many the first and the latest wait."""
    first, *others = (*state.pending, *waiting(said, given))
    return state.model_copy(update={"pending": (first, *others[-MOST:])})


def question(given: Given) -> Reply:
    lines = (
        Line(text("book.consent_title"), "heading"),
        Line(text("book.consent_purpose"), "item"),
        Line(text("book.consent_kept"), "item"),
        Line(text("book.consent_how_long", days=given.retention.order_days), "item"),
        Line(text("book.consent_rights"), "item"),
    )
    return Reply(lines, (agree_button(VERSION), DECLINE))


def again() -> Reply:
    return Reply((Line(text("book.consent_again")),), (agree_button(VERSION), DECLINE))


def declined(given: Given) -> Step:
    """Nothing is kept, and what there is of a draft goes. The post can be called."""
    number = given.faq.contacts["post"].number
    lines = (Line(text("book.declined")), Line(text("post.how", number=phone(number)), link=f"tel:{number}"))
    memory = given.memory.model_copy(update={"draft": None})
    return go(Home(), Reply(lines, (offices_button(), HOME, PERSON)), memory=memory)
