"""Which language a message is written in, when that can be told.

Vietnamese is written in syllables of one narrow build, with or without its marks; English is known by its words.
Keystrokes of an input method that is off (lamf giaays) are neither, and tell nothing.
"""

import re
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.text import fold, has_marks

Language = Literal["vi", "en"]

ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])"
RHYME = "(?:[aeiouy]|ai|ao|au|ay|eo|eu|ia|ie|ieu|iu|oa|oai|oay|oe|oi|oo|ua|ue|ui|uo|uoi|uou|uu|uy|uya|uye|uyu|ye|yeu)"
SYLLABLE = re.compile(f"{ONSET}?{RHYME}(?:ch|ng|nh|[cmnpt])?")

FEWEST = 2  # words; fewer tell nothing: "ok", "visa"
MOSTLY = 0.7  # of the words built like Vietnamese: it is Vietnamese
HALF = 0.5  # of the words English: it is English


class EnglishWords(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    words: frozenset[str]


@cache
def english_words() -> frozenset[str]:
    return read("english.yaml", EnglishWords).words


def language_of(text: str) -> Language | None:
    """None: too short, or could be either.

    >>> [language_of(said) for said in ("lam giay khai sinh cho con", "I lost my driving licence", "ok", "Đổi visa")]
    ['vi', 'en', None, 'vi']
    >>> language_of("lamf giaays khai sinh") is language_of("lm gplx ntn") is language_of("cam on") is None
    True
    """
    if has_marks(text):
        return "vi"
    words = [word for word in fold(text).split() if word.isalpha()]
    if len(words) < FEWEST:
        return None
    english = sum(word in english_words() for word in words)
    built_so = sum(SYLLABLE.fullmatch(word) is not None for word in words)
    if english == HALF * len(words) and built_so == len(words):  # "cam on", "to me"
        return None
    if english >= HALF * len(words):
        return "en"
    return "vi" if built_so >= MOSTLY * len(words) else None
