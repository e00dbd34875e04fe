"""What a file from the field holds: one feature as it was recorded, nothing mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from hkm_gis.files import Limits, Refusal, allowing
from hkm_gis.record import Rejection, Remark, Repair
from hkm_gis.walks import Walk

__all__ = ["Feature", "Outcome", "limit_features", "limit_vertices", "mended", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature as the device or form recorded it.

    Attributes
    ----------
    source, feature
        File (``/`` between folders, relative to what the user named) and the feature's place or
        name in it (``track 2 "Pak Budi"``, ``row 7``).
    name
        What the device calls it; empty where it has no name.
    walk
        The walked line or the numbered corners, where the feature is one.
    geometry
        The geometry exactly as drawn, where the feature is none of these; x before y, in ``crs``.
    crs
        The coordinate system the file states (``EPSG:4326`` for GPX and KML), empty if none.
    folders
        The folders that hold it inside the file (KML), outermost first.
    properties
        Its attributes as text, exactly as written.
    repairs
        What had to be mended to read it at all.
    home
        Name of the folder that the user named, where the file was found in one.
    """

    source: str
    feature: str
    name: str = ""
    walk: Walk | None = None
    geometry: BaseGeometry | None = None
    crs: str = ""
    folders: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    home: str = ""


Outcome = Feature | Rejection | Remark
"""What a reader yields: a feature, what became of it instead, or a word about the file."""


def refused(source: str, feature: str, refusal: Refusal) -> Rejection:
    """Return what is on record of a feature (of a whole file where it is empty) not taken."""
    return Rejection(
        source=source,
        feature=feature,
        code=refusal.code,
        reason=refusal.reason,
        facts=refusal.facts,
    )


def mended(source: str, feature: str, rules: Iterable[str]) -> tuple[Repair, ...]:
    """Return what is on record of a feature that could be read only after these repairs."""
    return tuple(Repair(source=source, feature=feature, rule=r) for r in dict.fromkeys(rules))


def limit_features(found: int, limits: Limits) -> None:
    """Refuse a file that holds more features (or rows) than the limit."""
    if found > limits.features:
        allow = allowing(features=found)
        raise Refusal("too_many_features", limit=limits.features, allow=allow)


def limit_vertices(outcome: Outcome, limits: Limits) -> Outcome:
    """Return the outcome, or its rejection where it is a feature of more corners than the limit."""
    if not isinstance(outcome, Feature):
        return outcome
    found = sum(map(len, outcome.walk.segments)) if outcome.walk else 0
    found += 0 if outcome.geometry is None else int(shapely.get_num_coordinates(outcome.geometry))
    if found <= limits.vertices:
        return outcome
    allow = allowing(vertices=found)
    refusal = Refusal("too_many_vertices", found=found, limit=limits.vertices, allow=allow)
    return refused(outcome.source, outcome.feature, refusal)
