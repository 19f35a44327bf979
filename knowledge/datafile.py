"""A data file of this package read into its model: every word in it is a string, whatever YAML would make of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter

HERE = Path(__file__).parent / "data"

Model = TypeVar("Model", bound=BaseModel)
Anything = TypeVar("Anything")


def read(name: str, model: type[Model]) -> Model:
    """Raises pydantic's ValidationError: a file that ships with the code and does not fit it is our own fault."""
    return model.model_validate(strings_of(HERE / name))


def read_all(folder: str, shape: TypeAdapter[Anything]) -> Iterator[Anything]:
    """Every file of a folder, in order of name."""
    for path in sorted((HERE / folder).glob("*.yaml")):
        yield shape.validate_python(strings_of(path))


def strings_of(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)  # noqa: S506  # builds nothing but strings
