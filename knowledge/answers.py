"""Short answers to what a form asks: yes, skip, back, "đủ cả", "mấy giờ cũng được" (data/answers.yaml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.courtesies import Courtesies, agrees
from knowledge.datafile import read
from knowledge.keystrokes import decoded
from knowledge.phrases import load_phrases
from knowledge.sayings import Sayings, Word, words_of
from knowledge.text import accented, fold, has_marks, tidy

ASKING = frozenset({"khong", "ko", "chua"})  # at the end of a question
LONGEST = 120  # characters; a short answer is never longer

Short = Literal[
    "stop", "previous", "skip", "yes", "no", "confirm", "all_ready", "none_ready", "done", "edit", "resume", "here",
    "unknown",
]  # fmt: skip

POLITE_YES: frozenset[Short] = frozenset({"yes", "confirm"})


class AnswerWords(BaseModel):
    """data/answers.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    whole: Mapping[Short, tuple[str, ...]]
    any_day: tuple[str, ...]
    any_hour: tuple[str, ...]
    missing: tuple[str, ...]
    having: tuple[str, ...]
    no_code: tuple[str, ...]
    note: tuple[str, ...]
    landmark: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    mend: tuple[str, ...]


def short_answers(text: str) -> frozenset[Short]:
    """All that the message may mean as a whole; the question decides among them.

    >>> sorted(short_answers("dạ ok ạ")), sorted(short_answers("du ca roi nhe")), sorted(short_answers("đu cả"))
    (['confirm', 'yes'], ['all_ready'], [])
    >>> short_answers("12 Trần Phú")
    frozenset()
    """
    said = tidy(text, LONGEST + 1)
    if len(said) > LONGEST:
        return frozenset()
    said = decoded(said)
    marked = has_marks(said)
    bare = courtesies().without(said)
    if not bare:  # "dạ vâng ạ"
        return POLITE_YES & {what for word in words_of(said) for what in meanings_of(word.said)}
    forms = {accented(said), bare}
    return frozenset(
        what
        for form in forms
        for what, phrase in whole().get(fold(form), ())
        if agrees(form if marked else None, (phrase,))
    )


def meanings_of(word: str) -> set[Short]:
    return {
        what for what, phrase in whole().get(fold(word), ()) if agrees(word if has_marks(word) else None, (phrase,))
    }


def opens_with(text: str) -> Literal["yes", "no"] | None:
    """The yes or no a longer answer begins with. A question ("có mất phí không") is none.

    >>> opens_with("ừ mang về cho bác"), opens_with("không, em tự lấy"), opens_with("có mất phí không")
    ('yes', 'no', None)
    """
    words = words_of(courtesies().without(tidy(text, LONGEST)) if text else "")
    first = words_of(tidy(text, LONGEST))[:1]
    if not first or "?" in text or (len(words) > 1 and words[-1].plain in ASKING):
        return None
    short = short_answers(first[0].said)
    return "no" if "no" in short else "yes" if "yes" in short else None


def any_day(text: str) -> bool:
    """
    >>> any_day("lúc nào cũng được"), any_day("may gio cung duoc"), any_hour("may gio cung duoc")
    (True, False, True)
    """
    return bool(said().any_day.said_in(words_of(text)))


def any_hour(text: str) -> bool:
    return bool(said().any_hour.said_in(words_of(text)))


def behind_missing(text: str) -> str | None:
    """What is said to be missing.

    >>> behind_missing("em thiếu giấy chứng sinh"), behind_missing("có đủ") is None
    ('giấy chứng sinh', True)
    """
    return behind(text, said().missing)


def has_no_code(text: str) -> bool:
    """Asked for the code of a dossier.

    >>> has_no_code("mất phiếu rồi"), has_no_code("khong biet"), has_no_code("mất bằng lái")
    (True, True, False)
    """
    return "unknown" in short_answers(text) or bool(said().no_code.said_in(words_of(text)))


def behind_having(text: str) -> str | None:
    return behind(text, said().having)


def note_apart(text: str) -> tuple[str | None, str]:
    """The note to the postman, which goes to the end of the message, and what stood before it.

    >>> note_apart("mai 9h nhé, ghi chú: nhà có chó"), note_apart("mai 9h")
    (('nhà có chó', 'mai 9h nhé'), (None, 'mai 9h'))
    """
    words = words_of(text)
    runs = said().note.said_in(words)
    if not runs or runs[0][1] >= len(words):
        return None, text
    start, end = runs[0]
    return text[words[end - 1].end :].strip(" :,;.-–"), text[: words[start].start].rstrip(" :,;.-–(")


def field_to_mend(text: str) -> str | None:
    """Which field shall be another, when no more is said: "sửa số điện thoại giúp em".

    >>> field_to_mend("đổi giờ"), field_to_mend("sua so dien thoai giup em"), field_to_mend("đổi bằng lái")
    ('visit', 'phone', None)
    """
    written = tidy(text, LONGEST)
    return field_behind(words_of(written)) or field_behind(words_of(courtesies().without(written)))


def field_behind(words: Sequence[Word]) -> str | None:
    """The field that is all that stands behind a word of mending."""
    start = said().mend.end_at(words, 0) if words else None
    named = fold(" ".join(word.said for word in words[start:])) if start else ""
    return next((field for field, phrase in fields() if fold(phrase) == named), None) if named else None


def behind(text: str, sayings: Sayings) -> str | None:
    words = words_of(text)
    runs = sayings.said_in(words)
    if not runs or runs[0][1] >= len(words):
        return None
    return text[words[runs[0][1]].start :].strip(" .,;!")


@dataclass(frozen=True)
class Said:
    any_day: Sayings
    any_hour: Sayings
    missing: Sayings
    having: Sayings
    no_code: Sayings
    note: Sayings
    mend: Sayings


@cache
def answer_words() -> AnswerWords:
    return read("answers.yaml", AnswerWords)


@cache
def said() -> Said:
    words = answer_words()
    lists = (words.any_day, words.any_hour, words.missing, words.having, words.no_code, words.note, words.mend)
    return Said(*map(Sayings, lists))


@cache
def whole() -> Mapping[str, tuple[tuple[Short, str], ...]]:
    """Folded phrase -> what it may mean, with the phrase as it is marked."""
    table: dict[str, tuple[tuple[Short, str], ...]] = {}
    for what, phrases in answer_words().whole.items():
        for phrase in phrases:
            table[fold(phrase)] = (*table.get(fold(phrase), ()), (what, accented(phrase)))
    return table


@cache
def fields() -> tuple[tuple[str, str], ...]:
    return tuple((field, phrase) for field, phrases in answer_words().fields.items() for phrase in phrases)


@cache
def courtesies() -> Courtesies:
    return Courtesies(load_phrases().filler)
