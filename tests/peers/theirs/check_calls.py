"""Holds calls of the Bot API against aiogram's models and Telegram's limits.

A JSON line {"method", "given", "files"} in (calls.py of the folder above writes them), a JSON list of faults out.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile
from limits import broken
from pydantic import BaseModel, ValidationError

MODELS: dict[str, type[TelegramMethod[Any]]] = {
    model.__api_method__: model
    for model in vars(aiogram.methods).values()
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
}


def faults(call: dict[str, Any]) -> list[str]:
    model = MODELS.get(call["method"])
    if model is None:
        return [f"no such method: {call['method']}"]
    unknown = {*call["given"], *call["files"]} - {*model.model_fields} - attached(call)
    if unknown:
        return [f"no such parameter: {name}" for name in sorted(unknown)]
    try:
        given = {name: decoded(model, name, value) for name, value in call["given"].items()}
    except ValueError as error:
        return [f"no JSON: {error}"]
    files = {name: BufferedInputFile(b"-", sent["name"]) for name, sent in call["files"].items() if name not in given}
    try:
        read = model.model_validate(given | {name: file for name, file in files.items() if name in model.model_fields})
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
    return [f"no such key: {path}" for path in strangers(read, call["method"])] + broken(call, given)


def attached(call: dict[str, Any]) -> set[str]:
    """Names of files that a parameter refers to."""
    return {name for name in call["files"] if f"attach://{name}" in json.dumps(call["given"])}


def decoded(model: type[BaseModel], name: str, value: str) -> Any:
    """Words stay as they are; what is a number, a list or an object to aiogram stands in the form as JSON."""
    kinds = {*kinds_of(model.model_fields[name].annotation)} - {type(None), Default, InputFile}
    if kinds == {str} or (str in kinds and not value.lstrip("-").isdigit()):  # a chat may be named, too
        return value
    return json.loads(value)


def kinds_of(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        for one in get_args(annotation):
            yield from kinds_of(one)
    elif origin is Annotated:
        yield from kinds_of(get_args(annotation)[0])
    else:
        yield origin or annotation


def strangers(value: Any, path: str) -> Iterator[str]:
    """Keys that no model of aiogram has; its models take them, Telegram leaves them unread or refuses."""
    if isinstance(value, InputFile):
        return
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or ())
        for name in value.model_fields_set & {*type(value).model_fields}:
            yield from strangers(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from strangers(one, f"{path}[{number}]")


if __name__ == "__main__":
    for line in Path(sys.argv[1]).read_text("utf-8").splitlines():
        sys.stdout.write(json.dumps(faults(json.loads(line)), ensure_ascii=False) + "\n")
