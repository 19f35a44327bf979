"""Other people's catalogues, each format read into a layer by its own module."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from procedures_catalog.importers import national_jsonl
from procedures_catalog.importers.report import Summary

Importer = Callable[[Path, Path, Path, national_jsonl.Progress], Summary]  # source, layer, report, progress

FORMATS: Mapping[str, Importer] = MappingProxyType({"national-jsonl": national_jsonl.run})
