"""The catalogue: a read-only mapping from code to procedure, made of layers.

A later layer says more about a procedure, or corrects it: national import < bundled < province.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

from procedures_catalog.files import CatalogueError, check, parse
from procedures_catalog.layers import SealedLayer
from procedures_catalog.models import Procedure

BUNDLED = Path(__file__).parent / "data" / "procedures"

Layer = Literal["national", "bundled", "province"]


class Catalog(Mapping[str, Procedure]):
    def __init__(self, layers: Mapping[Layer, Mapping[str, Procedure]]) -> None:
        """`layers` from the lowest to the highest."""
        self._layers = layers
        self._layer_of: dict[str, Layer] = {code: layer for layer, held in layers.items() for code in held}

    @classmethod
    def of(cls, procedures: Iterable[Procedure], layer: Layer = "bundled") -> Self:
        return cls({layer: {procedure.code: procedure for procedure in procedures}})

    def __getitem__(self, code: str) -> Procedure:
        return self._layers[self._layer_of[code]][code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layer_of)

    def __len__(self) -> int:
        return len(self._layer_of)

    def layer_of(self, code: str) -> Layer:
        return self._layer_of[code]


def load(national: Path | None = None, province: Path | None = None, bundled: Path = BUNDLED) -> Catalog:
    """The catalogue of the files. Raises CatalogueError naming every fault of the folders, or the first of a layer."""
    layers: dict[Layer, Mapping[str, Procedure]] = {}
    if national:
        layers["national"] = SealedLayer(national)
    layers["bundled"] = read_folder(bundled)
    if province:
        layers["province"] = read_folder(province, below=Catalog(layers))
    return Catalog(layers)


def read_folder(folder: Path, below: Mapping[str, Procedure] | None = None) -> dict[str, Procedure]:
    """One YAML file a procedure; its name begins with the code, the rest of the name is for people.

    With `below`, a file need only hold the code and what differs. Raises CatalogueError.
    """
    if not folder.is_dir():
        raise CatalogueError([f"{folder}: no such folder"])
    found: dict[str, Procedure] = {}
    faults: list[str] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            procedure = read_file(file, below or {})
            if procedure.code in found:
                raise CatalogueError([f"{file}:1: code: {procedure.code} stands in another file too"])
            found[procedure.code] = procedure
        except CatalogueError as error:
            faults += error.faults
    if faults:
        raise CatalogueError(faults)
    return found


def read_file(file: Path, below: Mapping[str, Procedure]) -> Procedure:
    node, data = parse(file)
    code = data.get("code") if isinstance(data, dict) else None
    if isinstance(code, str) and code in below:
        data = below[code].model_dump() | data
    procedure = check(file, node, data, Procedure)
    if not file.name.startswith(procedure.code):
        raise CatalogueError([f"{file}:1: code: the file name does not begin with {procedure.code}"])
    return procedure
