"""Which system knows a dossier, by the front of its code; and where to look oneself when no system is open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.services.dossiers.gateway import DossierSystem
from knowledge.tongue import Language

ANY = "*"
PORTAL_PAGE = "https://dichvucong.gov.vn/tra-cuu-ho-so"  # DOMAIN §3.5


@dataclass(frozen=True)
class Route:
    """`system` None: there is only the page. `trial`: the answers are of a sandbox, and are said to be."""

    key: str
    name_vi: str
    name_en: str
    system: DossierSystem | None = None
    page: str | None = None
    per_minute: float = 0.0
    at_once: int = 0
    trial: bool = False
    holds: bool = True  # False: a page where anybody may look; who has such dossiers is not known

    def name(self, language: Language) -> str:
        return self.name_en if language == "en" else self.name_vi


class Routes:
    """The longest front that fits wins: H56.14 before H56 before everything else."""

    def __init__(self, by_prefix: Mapping[str, Route]) -> None:
        self._by_prefix = {prefix.upper(): route for prefix, route in by_prefix.items()}
        self.all: Sequence[Route] = tuple({route.key: route for route in by_prefix.values()}.values())

    def of(self, code: str) -> Route | None:
        """`code` as knowledge/codes.py writes it. None: nobody knows, and no page is set for everything else."""
        fronts = (*fronts_of(code), ANY)
        return next((self._by_prefix[front] for front in fronts if front in self._by_prefix), None)

    def prefixes(self, route: Route) -> list[str]:
        return [prefix for prefix, one in self._by_prefix.items() if one.key == route.key]


def fronts_of(code: str) -> Iterator[str]:
    """Longest first. The old shape has its widest unit last, the new one first.

    >>> list(fronts_of("H56.14-240823-0001")), list(fronts_of("000.17.22.H56-210531-0001"))
    (['H56.14', 'H56'], ['000.17.22.H56', '17.22.H56', '22.H56', 'H56'])
    """
    units = code.upper().partition("-")[0].split(".")
    is_old = units[0][:1].isdigit()
    for length in range(len(units), 0, -1):
        yield ".".join(units[-length:] if is_old else units[:length])
