"""General questions find their answer however they are asked, and swallow no wish for a procedure."""

from datetime import date

import pytest

from bot.dialogue.world import World
from bot.texts.render import LANGUAGES
from knowledge.faq import load_faq
from knowledge.text import fold
from knowledge.understanding import Ask, AskGeneral, Complain, Danger, Track, Wish

FAQ = load_faq()
ASKS = [(topic, ask) for topic, question in FAQ.questions.items() for ask in (*question.asks, *question.within)]
DAY = date(2026, 11, 21)
LONGEST_PARAGRAPH = 400
LONGEST_LABEL = 40

ANSWERED_WITH_MORE = {"track": Track(), "complain": Complain()}
# Somebody in danger is told whom to call first; the procedure stands on a button below it.
IN_DANGER = {"bị chồng đánh cần chỗ ở tạm", "bị xâm hại cần được bảo vệ ngay"}


@pytest.mark.parametrize(("topic", "ask"), ASKS)
def test_a_question_finds_its_topic(topic: str, ask: str, world: World) -> None:
    meaning = ANSWERED_WITH_MORE.get(topic, AskGeneral(topic))
    for said in (ask, fold(ask), f"dạ cho em hỏi {ask} ạ?", ask.upper()):
        assert world.understanding.of(said) == meaning, said


def test_no_question_is_listed_twice() -> None:
    """Not for two topics: the first would hide the second."""
    topics: dict[str, str] = {}
    for topic, ask in ASKS:
        assert topics.setdefault(fold(ask), topic) == topic, ask


@pytest.mark.parametrize("topic", FAQ.questions)
def test_an_answer_has_sources_and_both_languages(topic: str) -> None:
    question = FAQ.questions[topic]
    assert question.sources
    assert set(question.label) == set(question.answer) == set(LANGUAGES)
    assert all(question.answer[language] for language in LANGUAGES)
    assert all(len(label) <= LONGEST_LABEL for label in question.label.values())
    assert all(len(p) <= LONGEST_PARAGRAPH for answer in question.answer.values() for p in answer)
    assert all(see in FAQ.questions for see in question.see)
    assert all(source.as_of <= DAY for source in question.sources)


def test_contacts_are_there_in_both_languages() -> None:
    assert set(FAQ.contacts) >= {"post", "portal"}
    for contact in FAQ.contacts.values():
        assert contact.number.isdecimal()
        assert set(contact.name) == set(contact.for_what) == set(LANGUAGES)


def test_no_name_of_a_bundled_procedure_is_taken_for_something_else(world: World) -> None:
    names = {n for p in world.catalog.values() for n in (p.name, p.short, p.english) if n} - IN_DANGER
    taken = {
        said: meaning
        for name in sorted(names)
        for said in (name, fold(name))
        if not isinstance(meaning := world.understanding.of(said), Wish)
    }
    assert taken == {}


@pytest.mark.parametrize("said", sorted(IN_DANGER))
def test_somebody_in_danger_is_told_whom_to_call(said: str, world: World) -> None:
    assert isinstance(world.understanding.of(said), Danger)


def test_what_is_asked_of_a_procedure_stays_with_the_procedure(world: World) -> None:
    """Though the FAQ speaks of the post too."""
    for said in ("nộp hồ sơ qua bưu điện được không", "bưu điện có đến nhà không", "can i send it by post"):
        assert world.understanding.of(said) == Ask("post"), said
