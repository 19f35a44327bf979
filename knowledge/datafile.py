"""A data file of this package read into its model: every word in it is a string, whatever YAML would make of it."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel

HERE = Path(__file__).parent / "data"

Model = TypeVar("Model", bound=BaseModel)


def read(name: str, model: type[Model]) -> Model:
    """Raises pydantic's ValidationError: a file that ships with the code and does not fit it is our own fault."""
    text = (HERE / name).read_text("utf-8")
    return model.model_validate(yaml.load(text, yaml.CBaseLoader))  # noqa: S506  # builds nothing but strings
