"""The buttons, and what they mean when they come back.

An option says all that is needed to act on it, so that a button of yesterday's message still works.
"""

from bot.dialogue.step import Button, Words, text
from knowledge.tongue import Language
from knowledge.understanding import Aspect
from procedures_catalog.models import Procedure

LONGEST = 64  # bytes; Telegram's limit for what a button carries

HOME = Button("home", text("button.home"))
HELP = Button("help", text("button.help"))
PERSON = Button("person", text("button.person"))
NONE_OF_THESE = Button("none", text("button.none"))
ENGLISH = Button("lang:en", "English")
VIETNAMESE = Button("lang:vi", "Tiếng Việt")

# What may be read of a procedure, in the order of its buttons; also the aspects people ask about.
ASPECTS: tuple[Aspect, ...] = ("papers", "fee", "time", "place", "post", "online", "form", "law", "result", "who")


def show_button(procedure: Procedure, language: Language) -> Button:
    return Button(f"show:{procedure.code}", title(procedure, language))


def whole_button(procedure: Procedure, language: Language) -> Button:
    return Button(f"show:{procedure.code}", text("button.whole", name=title(procedure, language)))


def title(procedure: Procedure, language: Language) -> str:
    """What to call a procedure. The desk knows it by its Vietnamese name, which stands on its first screen."""
    return procedure.english if language == "en" and procedure.english else procedure.title


def aspect_button(aspect: str, code: str) -> Button:
    return Button(f"{aspect}:{code}", text(f"button.{aspect}"))


def tick_button(code: str, case: int | None, paper: str, label: Words, *, wanted: bool) -> Button:
    """`case` is the one on screen, so that the screen stays when a common paper is ticked."""
    return Button(f"tick:{code}/{'-' if case is None else case}/{wanting(paper, wanted=wanted)}", label)


def wanting(paper: str, *, wanted: bool) -> str:
    """With what a tap shall make of it: tapped twice, or on an older copy of the list, it stays so."""
    return f"{paper}/{'on' if wanted else 'off'}"


def paper_wanted(option: str) -> tuple[str, bool | None]:
    """The paper of a box, and whether it shall be ticked; None: a box of before November 2026, which does not say.

    >>> paper_wanted("-/0/on"), paper_wanted("2/13/off"), paper_wanted("-/0")
    (('-/0', True), ('2/13', False), ('-/0', None))
    """
    paper, _, wish = option.rpartition("/")
    return (paper, wish == "on") if wish in ("on", "off") else (option, None)


def case_button(code: str, case: int, name: str) -> Button:
    return Button(f"case:{code}/{case}", name)


def offices_button(commune: str = "") -> Button:
    """Without a commune it is asked for."""
    return Button(f"offices:{commune}" if commune else "offices", text("button.offices"))


def faq_button(topic: str, label: str) -> Button:
    return Button(f"faq:{topic}", label)


def book_button(code: str) -> Button:
    return Button(f"book:{code}", text("button.book"))


def among(codes: tuple[str, ...], verb: str = "among") -> str:
    """As many codes as a button can carry, the likeliest first."""
    room = (LONGEST - len(f"{verb}:") + 1) // 9
    return f"{verb}:" + ",".join(codes[:room])
