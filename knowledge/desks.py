"""What the desk is called to which a dossier goes (data/desks.yaml)."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from procedures_catalog.models import Level


class DeskNames(BaseModel):
    """data/desks.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    commune: str
    province: str
    other: str


def desk_name(level: Level, place: str) -> str | None:
    """None for a ministry's: it has a name of its own.

    >>> desk_name("commune", "phường Đông Kinh"), desk_name("ministry", "tỉnh Lạng Sơn")
    ('Trung tâm Phục vụ hành chính công phường Đông Kinh', None)
    """
    names = desk_names()
    match level:
        case "commune":
            return names.commune.format(place=place)
        case "province":
            return names.province.format(place=place)
        case "other":
            return names.other
        case _:
            return None


@cache
def desk_names() -> DeskNames:
    return read("desks.yaml", DeskNames)
