"""Finding a procedure: the citizen describes, the bot proposes, or asks what tells the near ones apart."""

from dataclasses import replace

from bot.dialogue.events import Event, Said
from bot.dialogue.reading import show
from bot.dialogue.states import Choosing, Home, Option
from bot.dialogue.step import Button, Line, Reply, Step, Text, go, say, text
from bot.dialogue.ways import NONE_OF_THESE, PERSON, among, show_button
from bot.dialogue.world import Given
from knowledge.search import Found
from knowledge.text import fold
from knowledge.topics import Topic
from knowledge.twins import NO_TRAIT, Split, are_twins, besides_traits, best_split, traits_said
from knowledge.understanding import Ask, Is, Pick, Wish
from procedures_catalog.models import Procedure

OFFERED = 5  # procedures to choose among; more do not fit a phone
GUESSES = 3  # offered when nothing really fits
NEAR = 0.15  # as likely as the first, from which a hit is offered beside it
UNLIKELY = 0.002  # probability below which a hit is not worth a button
# said around an answer: "dạ em lấy cái cấp lại ạ"
AROUND = frozenset(
    {
        "cai",
        "viec",
        "loai",
        "chon",
        "lay",
        "muon",
        "toi",
        "em",
        "la",
        "thi",
        "a",
        "da",
        "nhe",
        "day",
        "do",
        "bi",
        "vi",
        "cho",
        "xin",
        "can",
        "lam",
        "nay",
        "kia",
    }
)
EXAMPLES = ("1.001193", "1.004222", "1.014061", "2.000815")  # offered when nothing is going on


def home(state: Home, event: Event, given: Given) -> Step:
    match event:
        case Said(Wish(wish, district)):
            return propose(wish, given, district=district)
        case Said(Ask()):
            return go(Home(), say("home.which_procedure", *examples(given)))
        case Said(Pick() | Is("none")):
            return rephrase(given)
        case _:
            return go(Home(), say("home.welcome", *examples(given)))


def examples(given: Given) -> tuple[Button, ...]:
    return offers([given.catalog[code] for code in EXAMPLES if code in given.catalog], given)


def offers(procedures: list[Procedure], given: Given) -> tuple[Button, ...]:
    return tuple(show_button(procedure, given.memory.language) for procedure in procedures)


def rephrase(given: Given) -> Step:
    return go(Home(), say("finding.rephrase", *examples(given), PERSON))


def propose(wish: str, given: Given, *, district: bool = False) -> Step:
    found = given.search.find(wish, limit=2 * OFFERED)
    if not found.fits:
        step = nothing_fits(found, given)
    elif found.topic:
        step = of_topic(found, found.topic, given)
    elif found.confident:
        step = with_others(show(found.hits[0].procedure, given), found)
    else:
        step = ask(near(found), given)
    return put_right(step) if district else step


def with_others(step: Step, found: Found) -> Step:
    """The next likely ones a tap away, should the one shown not be meant after all."""
    likely = tuple(hit.procedure.code for hit in found.hits[1:] if hit.score >= UNLIKELY)
    if not likely:
        return step
    *before, last = step.replies
    button = Button(among(likely, "others"), text("button.others"))
    return replace(step, replies=(*before, replace(last, buttons=(*last.buttons, button))))


def of_topic(found: Found, topic: Topic, given: Given) -> Step:
    """A broad word is asked back; when one is all but sure, or comes first in an event, it is shown with the others."""
    meant = [hit.procedure for hit in found.hits if hit.procedure.code in topic.codes]
    if not found.confident:
        return ask(meant[:OFFERED], given)
    step = show(meant[0], given)
    beside = offers(meant[1:OFFERED], given)
    return replace(step, replies=(*step.replies, say("finding.beside", *beside))) if beside else step


def near(found: Found) -> list[Procedure]:
    """Those not far behind the first; two at the least, for a lone one would not be a question."""
    likely = [hit.procedure for hit in found.hits if hit.score >= NEAR * found.hits[0].score]
    return likely if len(likely) > 1 else [hit.procedure for hit in found.hits[:2]]


def nothing_fits(found: Found, given: Given) -> Step:
    """Says so. What comes near is offered, as a guess."""
    weak = [hit.procedure for hit in found.hits[:GUESSES]]
    if not weak:
        return go(Home(), say("finding.nothing", *examples(given), PERSON))
    lines = (Line(text("finding.nothing")), Line(text("finding.nearest")))
    return go(choice(weak), Reply(lines, (*offers(weak, given), PERSON)))


def put_right(step: Step) -> Step:
    """Since 1/7/2025 there is no district to go to; said first, whatever follows."""
    return replace(step, replies=(Reply((Line(text("district.gone"), "warning"),)), *step.replies))


def ask(procedures: list[Procedure], given: Given) -> Step:
    """One question: what tells them apart when their names do not, otherwise which of them."""
    if len(procedures) == 1:
        return show(procedures[0], given)
    split = best_split(procedures) if len(procedures) > 1 and are_twins(procedures) else None
    return ask_difference(split) if split else ask_which(procedures[:OFFERED], given)


def ask_difference(split: Split) -> Step:
    question = text(f"twins.{split.difference}")
    buttons = [Button(among(codes), trait_label(split, trait)) for trait, codes in split.answers]
    options = tuple(Option(trait=trait, codes=codes) for trait, codes in split.answers)
    return go(Choosing(options=options), Reply((Line(question),), (*buttons, NONE_OF_THESE)))


def trait_label(split: Split, trait: str) -> Text:
    if split.difference == "level":  # "commune+province": done at either
        return text("twins.levels", levels=tuple(text(f"level.{level}") for level in trait.split("+")))
    return text(f"trait.{trait}")


def ask_which(procedures: list[Procedure], given: Given) -> Step:
    return go(choice(procedures), say("finding.which", *offers(procedures, given), NONE_OF_THESE))


def choice(procedures: list[Procedure]) -> Choosing:
    return Choosing(options=tuple(Option(codes=(p.code,)) for p in procedures))


def choosing(state: Choosing, event: Event, given: Given) -> Step | None:
    match event:
        case Said(Pick(position)):
            picked = option_at(state, position)
            return narrowed(picked.codes, given) if picked else None
        case Said(Is("none")):
            return at_home(state, given) or rephrase(given)
        case Said(Ask() | Is("agree")):  # first which one
            return narrowed(all_codes(state), given)
        case Said(Wish(words)):
            named = option_named(state, words, given)
            return narrowed(named.codes, given) if named else None
        case _:
            return None


def option_at(state: Choosing, position: int) -> Option | None:
    index = position - 1 if position > 0 else position
    return state.options[index] if -len(state.options) <= index < len(state.options) else None


def at_home(state: Choosing, given: Given) -> Step | None:
    """ "No" to "has it to do with another country?" is an answer; None when that was not the question."""
    domestic = next((o for o in state.options if o.trait == NO_TRAIT["abroad"]), None)
    return narrowed(domestic.codes, given) if domestic else None


def all_codes(state: Choosing) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for option in state.options for code in option.codes))


def option_named(state: Choosing, words: str, given: Given) -> Option | None:
    """The option a free answer names, by its trait or by words only its procedures have; None when not just one."""
    said, besides = traits_said(words), besides_traits(words) - AROUND
    by_trait = [
        o for o in state.options if o.trait in said and any(besides <= name_words(p) for p in known(o.codes, given))
    ]
    if len(by_trait) == 1:
        return by_trait[0]
    telling = set(fold(words).split()) - AROUND
    by_name = [o for o in state.options if telling and any(telling <= name_words(p) for p in known(o.codes, given))]
    return by_name[0] if len(by_name) == 1 else None


def name_words(procedure: Procedure) -> set[str]:
    return set(fold(f"{procedure.name} {procedure.short or ''} {procedure.english or ''} {procedure.code}").split())


def narrowed(codes: tuple[str, ...], given: Given) -> Step:
    left = known(codes, given)
    return ask(left, given) if left else go(Home(), say("button.old", *examples(given)))


def known(codes: tuple[str, ...], given: Given) -> list[Procedure]:
    return [given.catalog[code] for code in codes if code in given.catalog]
