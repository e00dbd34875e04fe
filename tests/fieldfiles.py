"""Files as devices and people of the field write them, and how to read them back in a test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from hkm_gis.parcels import Intake, take_in
from hkm_gis.readers import read_files
from hkm_gis.readers.feature import Feature, Outcome
from hkm_gis.record import Rejection, Remark
from hkm_gis.text import say

SQUARE = ((104.65, -5.42), (104.651, -5.42), (104.651, -5.421), (104.65, -5.421))
"""Four corners (lon, lat) of about 1.2 ha on Gunung Tanggamus."""

RING = (*SQUARE, SQUARE[0])


def read(path: Path, **options: str) -> tuple[list[Feature], list[Rejection]]:
    """Return the features and the rejections of one file or folder; nothing of it may be lost."""
    outcomes = list(read_files([path], **options))
    prove_nothing_is_lost(outcomes)
    features = [o for o in outcomes if isinstance(o, Feature)]
    return features, [o for o in outcomes if isinstance(o, Rejection)]


def prove_nothing_is_lost(
    outcomes: Sequence[Outcome], *, near: BaseGeometry | None = None
) -> Intake:
    """Prove that every feature read is a parcel or a rejection with words, and is counted once."""
    intake = take_in(outcomes, near=near)
    became = [(p.source, p.feature) for p in intake.parcels.itertuples()]
    became += [(r.source, r.feature) for r in intake.rejected]
    read = [o for o in outcomes if not isinstance(o, Remark)]
    # A walk round several parcels becomes "track 1 (1)", "track 1 (2)" and so on.
    whole = {(source, re.sub(r" \(\d+\)$", "", feature)) for source, feature in became}
    assert {(o.source, o.feature) for o in read} <= whole | set(became)
    assert len(became) >= len(read)
    assert intake.features == intake.accepted + intake.repaired + len(intake.rejected)
    assert intake.features == len(became)
    for rejection in intake.rejected:
        assert say(f"rejections.{rejection.reason}", "id", **rejection.facts)
    for change in (*intake.repairs, *intake.remarks):
        assert say(f"repairs.{change.rule}", "id", **change.facts)
    return intake


def reasons(path: Path, **options: str) -> list[str]:
    """Return why each rejected feature of a file was rejected."""
    return [rejection.reason for rejection in read(path, **options)[1]]


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def gpx(
    *parts: str, root: str = 'gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"'
) -> str:
    """Return a GPX document as a Garmin writes it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} creator="eTrex 10">{"".join(parts)}</gpx>'
    )


def track(
    *segments: Iterable[tuple[float, float]], name: str = "Pak Budi", inside: str = ""
) -> str:
    """Return one track; ``inside`` stands in each of its points."""
    lines = "".join(
        "<trkseg>"
        + "".join(f'<trkpt lat="{y}" lon="{x}"><ele>812</ele>{inside}</trkpt>' for x, y in segment)
        + "</trkseg>"
        for segment in segments
    )
    return f"<trk><name>{name}</name>{lines}</trk>"


def waypoint(name: str, x: float, y: float) -> str:
    """Return one waypoint."""
    return f'<wpt lat="{y}" lon="{x}"><name>{name}</name><sym>Flag, Blue</sym></wpt>'


def kml(*parts: str, namespace: str = "http://www.opengis.net/kml/2.2") -> str:
    """Return a KML document as Google Earth writes it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="{namespace}" '
        f'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{"".join(parts)}</Document></kml>'
    )


def placemark(name: str, *parts: str) -> str:
    """Return one placemark."""
    return f"<Placemark><name>{name}</name>{''.join(parts)}</Placemark>"


def kml_polygon(ring: Sequence[tuple[float, float]] = RING) -> str:
    """Return one polygon with heights, as Google Earth writes them."""
    text = " ".join(f"{x},{y},0" for x, y in ring)
    return (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>\n"
        f"{text}\n</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
