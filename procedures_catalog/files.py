"""YAML files read into models; an error names the file, the line and the key."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class CatalogueError(Exception):
    """A catalogue file that cannot be used: one line for each fault, ready to be shown."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def check(path: Path, node: yaml.Node, data: Any, model: type[Model]) -> Model:
    """`data` of the file as the model.

    Raises CatalogueError with a line `file:line: key: what is wrong` for each fault.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise CatalogueError(
            f"{path}:{line_of(node, e['loc'])}: {'.'.join(map(str, e['loc'])) or 'file'}: {plain(e['msg'])}"
            for e in error.errors(include_url=False)
        ) from error


def parse(path: Path) -> tuple[yaml.Node, Any]:
    """The file as a tree with line numbers, and as plain data. Raises CatalogueError."""
    try:
        loader = yaml.CSafeLoader(path.read_text("utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CatalogueError([f"{path}:1: file: cannot be read: {error}"]) from error
    try:
        node = loader.get_single_node()
        if node is None:
            raise CatalogueError([f"{path}:1: file: is empty"])
        refuse_repeated_keys(path, node)
        return node, loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise CatalogueError([f"{path}:{line}: file: not YAML: {error.problem}"]) from error
    except (ValueError, yaml.YAMLError) as error:  # an impossible date, a control character
        raise CatalogueError([f"{path}:1: file: not YAML: {error}"]) from error
    finally:
        loader.dispose()


def refuse_repeated_keys(path: Path, node: yaml.Node) -> None:
    """YAML lets the later of two equal keys win in silence; here a fact would vanish."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise CatalogueError([f"{path}:{key.start_mark.line + 1}: {key.value}: stands twice"])
            seen.add(key.value)
            refuse_repeated_keys(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            refuse_repeated_keys(path, item)


def line_of(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line of the innermost part of `place` that the file really has."""
    line = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def plain(message: str) -> str:
    return {
        "Extra inputs are not permitted": "no such key",
        "Field required": "is missing",
    }.get(message, message.removeprefix("Value error, "))
