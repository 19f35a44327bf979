"""Who is called by another country is a foreigner, as procedures say: "vợ người Lào"."""

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.sayings import Sayings, words_of
from knowledge.text import fold


class Countries(BaseModel):
    """data/foreigners.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    countries: tuple[str, ...]
    need_a_capital: tuple[str, ...]
    before: tuple[str, ...]
    not_followed_by: Mapping[str, tuple[str, ...]]
    abroad: str


class Foreigners:
    """
    >>> foreigners = load_foreigners()
    >>> foreigners.said_so("chong em nguoi Han muon dang ky"), foreigners.said_so("tro cap nguoi lao dong")
    ('chong em nguoi Han nước ngoài muon dang ky', 'tro cap nguoi lao dong')
    """

    def __init__(self, said: Countries) -> None:
        self._named = Sayings(f"{before} {country}" for before in said.before for country in said.countries)
        self._capital = frozenset(map(fold, said.need_a_capital))
        self._others = {fold(country): frozenset(map(fold, words)) for country, words in said.not_followed_by.items()}
        self._abroad = said.abroad

    def said_so(self, text: str) -> str:
        """With "nước ngoài" behind the country, which stays: some procedures are for the people of one."""
        words = words_of(text)
        for _, end in reversed(self._named.said_in(words)):
            last, following = words[end - 1], words[end].plain if end < len(words) else ""
            is_name = last.plain not in self._capital or text[last.start].isupper()
            if is_name and following not in self._others.get(last.plain, ()):
                text = f"{text[: last.end]} {self._abroad}{text[last.end :]}"
        return text


@cache
def load_foreigners() -> Foreigners:
    return Foreigners(read("foreigners.yaml", Countries))
