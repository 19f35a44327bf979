"""Both languages say the same things, every text is used, and no text is missing."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from babel.messages.pofile import read_po

import bot
from bot.dialogue import events
from bot.dialogue.step import Reply, Text
from bot.dialogue.ways import ASPECTS
from bot.dossiers import dossier
from bot.pickup.progress import Status
from bot.texts.render import HERE, LANGUAGES, render, words
from knowledge import meanings, understanding
from knowledge.twins import NO_TRAIT, TRAITS
from knowledge.understanding import load_phrases
from procedures_catalog import models

BOT = Path(bot.__file__).parent
LONGEST = 600  # characters
LONGEST_LABEL = 40

SIMPLE_ANSWERED = set(get_args(understanding.Simple)) - {
    "greeting", "cancel", "help", "person", "forget", "none", "agree",
}  # fmt: skip


def literals(model: type[models.Fact], field: str) -> list[str]:
    """The words a field of the catalogue may hold."""
    return [w for w in every_word(model.model_fields[field].annotation) if isinstance(w, str)]


def every_word(annotation: object) -> Iterator[object]:
    for argument in get_args(annotation):
        yield from every_word(argument) if get_args(argument) else (argument,)


# A key built in the code -> what stands in its gap, by the types it comes from.
BUILT = {
    "aspect.{}": get_args(understanding.Aspect),
    "button.{}": [a for a in ASPECTS if a in ("papers", "fee", "post", "online", "form", "law")],
    "form.{}": [*literals(models.RequiredDocument, "form"), "unknown"],
    "channel.{}": get_args(models.Channel),
    "fee_kind.{}": literals(models.Fee, "kind"),
    "fee_unknown.{}": literals(models.Fee, "unknown"),
    "unit.{}": [unit.removeprefix("VND/") for unit in literals(models.Fee, "unit")],
    "time.{}": literals(models.Duration, "unit"),
    "post.{}_yes": ["send", "back"],
    "post.{}_no": ["send", "back"],
    "post.{}_unknown": ["send", "back"],
    "obstacle.{}": get_args(models.PostalObstacle),
    "applicant.{}": get_args(models.Applicant),
    "level.{}": [*get_args(models.Level), NO_TRAIT["level"]],
    "twins.{}": list(TRAITS),
    "trait.{}": [t for d in TRAITS if d != "level" for t in (*(t for t, _ in TRAITS[d]), NO_TRAIT[d])],
    "danger.{}": [danger.number for danger in load_phrases().danger],
    "other.{}": get_args(meanings.OtherKind),
    "showed.{}": get_args(events.Kind),
    "heard.{}": get_args(events.Kind),
    "simple.{}": SIMPLE_ANSWERED,
    "order.status_{}": get_args(Status),
    "order.next_{}": get_args(Status),
    "dossier.status_{}": get_args(dossier.Status),
    "dossier.official_{}": [status for status in get_args(dossier.Status) if status != "unknown"],
    "dossier.next_{}": get_args(dossier.Status),
    "dossier.doubt_{}": get_args(dossier.Doubt),
    "dossier.who_{}": ["post", "agency"],
    "dossier.{}": ["early", "late", "overdue"],
    "dossier.{}_by": ["early", "late", "overdue", "running"],
    "welcome.{}": ["what", "how"],
    "help.{}": ["1", "2", "3", "4", "5"],
}


@cache
def catalogue(language: str) -> dict[str, str]:
    with (HERE / f"{language}.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id]
    return {
        # of one and many the words for many, which are the longer ones
        str(entry.id[0] if entry.pluralizable else entry.id): str(
            entry.string[-1] if entry.pluralizable else entry.string
        )
        for entry in entries
    }


KEYS = sorted(catalogue("vi").keys() | catalogue("en").keys())


def gaps(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def template(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def first_arguments(node: ast.AST) -> Iterator[ast.AST]:
    """What may be the key of a call `text(…)` or `say(…)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("text", "say", "Text"):
        key = node.args[0]
        yield from (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,)


NODES = [node for file in sorted(BOT.rglob("*.py")) for node in ast.walk(ast.parse(file.read_text("utf-8")))]
NAMED = {node.value for node in NODES if isinstance(node, ast.Constant) and isinstance(node.value, str)}
ASKED = [argument for node in NODES for argument in first_arguments(node)]
TEMPLATES = {template(node) for node in ASKED if isinstance(node, ast.JoinedStr)}
EXPANDED = {key.replace("{}", str(value)) for key, values in BUILT.items() for value in values}
WEB = "".join(f.read_text("utf-8") for f in sorted((BOT / "handlers").rglob("*")) if f.suffix in (".py", ".html"))


def is_used(key: str) -> bool:
    if key in NAMED or key in EXPANDED:
        return True
    stem = re.sub(r"\d+$", "", key)  # web.error_404: the status is put in by the handler
    return key.startswith("web.") and (
        re.search(rf"{re.escape(key)}\b", WEB) is not None or (stem != key and stem in WEB)
    )


def test_a_key_built_in_the_code_is_listed_here_with_its_values() -> None:
    assert {t for t in TEMPLATES if not t.startswith("web.")} == set(BUILT)


def test_every_text_asked_for_exists() -> None:
    asked = {node.value for node in ASKED if isinstance(node, ast.Constant)} | EXPANDED
    assert asked - set(KEYS) == set()


def test_every_text_is_asked_for() -> None:
    assert [key for key in KEYS if not is_used(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    keys = re.findall(r'^msgid "(.+)"$', (HERE / f"{language}.po").read_text("utf-8"), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


def test_both_languages_have_the_same_texts() -> None:
    assert catalogue("vi").keys() == catalogue("en").keys()


@pytest.mark.parametrize("key", KEYS)
def test_a_text_has_the_same_gaps_in_both_languages(key: str) -> None:
    assert gaps(catalogue("vi")[key]) == gaps(catalogue("en")[key])


QUOTED = re.compile(r"“[^”]*”|Nối Dài|https?://\S+|\{[^}]*\}")
ENGLISH = re.compile(
    r"\b(?:the|and|of|is|are|you|your|please|with|for|from|write|need|what|which|papers?|fees?|back|or|if|see)\b", re.I
)
VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I)


@pytest.mark.parametrize("key", KEYS)
def test_each_language_speaks_itself(key: str) -> None:
    """Examples in quotes may be of the other language."""
    assert not ENGLISH.search(QUOTED.sub(" ", catalogue("vi")[key]))
    assert not VIETNAMESE.search(QUOTED.sub(" ", catalogue("en")[key]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_a_text_is_short_and_renders(key: str, language: str) -> None:
    said = catalogue(language)[key]
    assert said.strip() == said != ""
    assert len(said) <= LONGEST
    if key.startswith("button.") and key != "button.old" and not gaps(said):
        assert len(said) <= LONGEST_LABEL
    sample = {name: sample_for(said, name) for name in gaps(said)}
    shown = words(Text(key, sample), language)
    assert "{" not in shown
    assert "}" not in shown


def sample_for(said: str, gap: str) -> Decimal | date | str | tuple[str, ...]:
    if f"{{{gap}:money}}" in said:
        return Decimal(8000)
    if f"{{{gap}:" in said:
        return ("a", "b")
    return date(2026, 11, 24) if gap == "day" else "x"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizen_is_spoken_to_politely(language: str) -> None:
    """ "anh/chị", never "mày", "ngươi", nor a reproach."""
    for said in catalogue(language).values():
        assert not re.search(
            r"\b(?:mày|ngươi|phải biết|sao không|bạn viết sai|lỗi của bạn|wrong|your fault|invalid)\b", said, re.I
        )


def test_nothing_is_said_that_no_channel_can_show() -> None:
    assert all(render(Reply(()), language).lines == () for language in LANGUAGES)
