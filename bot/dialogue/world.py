"""What the dialogue may consult: plain values, fixed for the length of a step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue.states import Memory
from knowledge.faq import Faq
from knowledge.search import ProcedureSearch
from knowledge.understanding import Understanding
from procedures_catalog.catalog import Catalog


@dataclass(frozen=True)
class Given:
    catalog: Catalog
    search: ProcedureSearch
    faq: Faq
    memory: Memory
    today: date

    def remembering(self, memory: Memory) -> "Given":
        return replace(self, memory=memory)


@dataclass(frozen=True)
class World:
    """All that is known beforehand; one for the life of the process."""

    catalog: Catalog
    search: ProcedureSearch
    faq: Faq
    understanding: Understanding
    today: Callable[[], date]

    def given(self, memory: Memory) -> Given:
        return Given(self.catalog, self.search, self.faq, memory, self.today())
