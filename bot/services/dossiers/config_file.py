"""The YAML file of systems read and checked; a fault names file, line and key, and never what a secret is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.services.dossiers.config_rules import KINDS, FileRules, IGateRules, MappedRules, PortalRules
from procedures_catalog.files import CatalogueError, line_of, parse, plain

# Where the file's own letters count: 01 is no number there, and `no` not a refusal.
WRITTEN = (
    ("statuses",),
    ("answer", "statuses"),
    ("answer", "channels"),
    ("answer", "outcome", "ok"),
    ("answer", "outcome", "absent"),
    ("answer", "outcome", "refused"),
)
TAGS = ("header", "basic", "token", "login")  # which pydantic puts into the place of a fault; the file has them not
WORDS = {"Unable to extract tag using discriminator 'by'": "by is missing: header, basic, token or login"}

AnySystem = IGateRules | PortalRules | MappedRules
Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]


class SystemsError(CatalogueError):
    """A file of systems that cannot be used: one line for each fault, ready to be shown."""


class ConfigFile:
    """`variables` stand for ${name} in the file."""

    def __init__(self, path: Path, variables: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.node, data = read_yaml(path)
        self.data = with_variables(data, variables or {})
        self.rules = self._checked((), self.data, FileRules)

    def systems(self) -> Mapping[str, AnySystem]:
        """Raises SystemsError with every fault of every system."""
        found: dict[str, AnySystem] = {}
        faults: list[str] = []
        for key, data in self.rules.systems.items():
            try:
                found[key] = self._system(key, data)
            except SystemsError as error:
                faults += error.faults
        if faults:
            raise SystemsError(faults)
        return found

    def fault(self, place: Place, what: str) -> SystemsError:
        return SystemsError([self._line(place, what)])

    def _system(self, key: str, data: Any) -> AnySystem:
        place = ("systems", key)
        model = KINDS.get(str(data.get("kind"))) if isinstance(data, dict) else None
        if model is None:
            raise self.fault((*place, "kind"), f"should be one of {', '.join(KINDS)}")
        for inner in WRITTEN:
            put(data, inner, as_written(node_at(self.node, (*place, *inner))))
        return self._checked(place, data, model)

    def _checked(self, place: Place, data: Any, model: type[Model]) -> Model:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            faults = [
                (without_tags(self.node, (*place, *e["loc"])), e["msg"]) for e in error.errors(include_input=False)
            ]
        raise SystemsError(self._line(where, WORDS.get(what, plain(what))) for where, what in faults)

    def _line(self, place: Place, what: str) -> str:
        return f"{self.path}:{line_of(self.node, place)}: {'.'.join(map(str, place)) or 'file'}: {what}"


def read_yaml(path: Path) -> tuple[yaml.Node, Any]:
    """Raises SystemsError."""
    try:
        return parse(path)
    except CatalogueError as error:
        faults = error.faults
    raise SystemsError(faults)


def with_variables(data: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(data, dict):
        return {key: with_variables(value, variables) for key, value in data.items()}
    if isinstance(data, list):
        return [with_variables(value, variables) for value in data]
    return Template(data).safe_substitute(variables) if isinstance(data, str) and variables else data


def node_at(node: yaml.Node, place: Place) -> yaml.Node | None:
    for part in place:
        if not isinstance(node, yaml.MappingNode):
            return None
        found = next((value for key, value in node.value if key.value == part), None)
        if found is None:
            return None
        node = found
    return node


def as_written(node: yaml.Node | None) -> Any:
    """Its mappings and lists, with the letters of the file. None: it is not there, or something else."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    if isinstance(node, yaml.SequenceNode):
        return [item.value for item in node.value]
    return node.value if isinstance(node, yaml.ScalarNode) else None


def put(data: Any, place: tuple[str, ...], value: Any) -> None:
    for part in place[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    if value is not None and isinstance(data, dict) and place[-1] in data:
        data[place[-1]] = value


def without_tags(node: yaml.Node, place: Place) -> Place:
    return tuple(walked(node, place))


def walked(node: yaml.Node | None, place: Place) -> Iterator[int | str]:
    for part in place:
        inner = node_at(node, (part,)) if node else None
        if inner is None and part in TAGS:
            continue
        yield part
        node = inner
