"""As much of ``qgis.core`` as the Processing script of the documentation asks for.

QGIS itself brings 500 MB of Debian packages; the script was tried by hand in QGIS 3.22.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import shapely

__all__ = ["Feature", "Feedback", "Source", "qgis_modules"]

NULL = type("NULL", (), {"__bool__": lambda _: False, "__repr__": lambda _: "NULL"})()


class QgsProcessingException(Exception):  # noqa: N818 (the name of QGIS)
    """What QGIS shows to the person in red."""


class QgsFeatureRequest:
    def setDestinationCrs(self, crs: str, _context: object) -> QgsFeatureRequest:  # noqa: N802
        assert crs == "EPSG:4326"
        return self


class QgsProcessingAlgorithm:
    """Gives each parameter as it was given, as QGIS does after its own checks."""

    def addParameter(self, parameter: tuple[Any, ...]) -> None:  # noqa: N802
        vars(self).setdefault("asked", []).append(parameter[0])

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("parameterAs"):
            raise AttributeError(name)
        return lambda parameters, key, _context: parameters.get(key, "")


class Feature:
    """A feature of a layer in EPSG:4326."""

    def __init__(self, land: Any, **cells: object) -> None:
        self._land, self._cells = land, cells

    def __getitem__(self, field: str) -> object:
        return self._cells.get(field, NULL)

    def hasGeometry(self) -> bool:  # noqa: N802
        return self._land is not None

    def geometry(self) -> Feature:
        return self

    def asJson(self, _decimals: int) -> str:  # noqa: N802
        return json.dumps(shapely.geometry.mapping(self._land))


class Source:
    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = features

    def sourceName(self) -> str:  # noqa: N802
        return "andil"

    def getFeatures(self, _request: QgsFeatureRequest) -> Iterator[Feature]:  # noqa: N802
        return iter(self._features)


class Feedback:
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def pushWarning(self, line: str) -> None:  # noqa: N802
        self.warnings.append(line)

    def transformContext(self) -> None:  # noqa: N802
        """Serve as the context of the algorithm too."""


def qgis_modules() -> Mapping[str, ModuleType]:
    """Return the modules to stand in ``sys.modules``."""
    core = ModuleType("qgis.core")

    def parameter(*words: Any, **more: Any) -> tuple[Any, ...]:
        return (*words, more)

    asked = ("Enum", "FeatureSource", "Field", "String", "VectorDestination")
    vars(core).update({f"QgsProcessingParameter{name}": parameter for name in asked})
    vars(core).update(
        NULL=NULL,
        QgsCoordinateReferenceSystem=str,
        QgsFeatureRequest=QgsFeatureRequest,
        QgsProcessing=type("QgsProcessing", (), {"TypeVectorPolygon": 2}),
        QgsProcessingAlgorithm=QgsProcessingAlgorithm,
        QgsProcessingException=QgsProcessingException,
    )
    return {"qgis": ModuleType("qgis"), "qgis.core": core}
