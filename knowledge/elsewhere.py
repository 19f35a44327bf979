"""What people ask that no administrative procedure serves, as data (data/elsewhere.yaml)."""

from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge.datafile import HERE, strings_of


class Topic(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    topic: str
    vi: tuple[str, ...]
    en: tuple[str, ...] = ()


def load_elsewhere() -> tuple[str, ...]:
    """All phrases."""
    topics = TypeAdapter(list[Topic]).validate_python(strings_of(HERE / "elsewhere.yaml"))
    return tuple(phrase for topic in topics for phrase in (*topic.vi, *topic.en))
