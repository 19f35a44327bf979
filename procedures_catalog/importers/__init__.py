"""Other people's catalogues, each format read by its own module, which is loaded when it is wanted."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from procedures_catalog.importers.reading import NOTHING_SAID, Reader, Reading, Said
from procedures_catalog.importers.report import Summary
from procedures_catalog.importers.running import bring_in

Importer = Callable[..., Summary]  # source, layer, report, progress, said


def lazily(module: str, function: str) -> Reader:
    def read(source: Path, said: Said = NOTHING_SAID) -> Reading:
        reading: Reading = getattr(import_module(f"{__name__}.{module}"), function)(source, said)
        return reading

    return read


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "national-jsonl": lazily("national_jsonl", "read"),
        "portal-json": lazily("portal_json", "read"),
        "word": lazily("word", "read"),
        "excel": lazily("official_list", "read_workbook"),
        "csv": lazily("official_list", "read_csv"),
        "yaml": lazily("official_list", "read_yaml"),
    }
)
FORMATS: Mapping[str, Importer] = MappingProxyType({name: partial(bring_in, read) for name, read in READERS.items()})
