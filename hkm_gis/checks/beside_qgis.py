"""The checks of the QGIS Geometry Checker, each beside those of ours that find the same."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["QGIS_CHECKS", "QgisCheck"]


@dataclass(frozen=True, slots=True)
class QgisCheck:
    """One check of QGIS: the stem of its class (``QgsGeometry…Check``) and what answers it here."""

    name: str
    codes: tuple[str, ...] = ()
    """Empty where it concerns lines, points or common corners, and no land."""
    thresholds: tuple[str, ...] = ()
    """The `Thresholds` that decide."""


QGIS_CHECKS = (
    QgisCheck("IsValid", ("P01", "S01")),
    QgisCheck("SelfIntersection", ("P01", "W02")),
    QgisCheck("SelfContact", ("P01", "P07"), ("gps_error_m",)),
    QgisCheck("DuplicateNodes", ("P03",)),
    QgisCheck("DegeneratePolygon", ("S01",)),
    QgisCheck("SegmentLength", ("P09",), ("edge_min_m",)),
    QgisCheck("Angle", ("P08",), ("corner_min_deg", "spike_min_m")),
    QgisCheck("Area", ("P02",), ("parcel_min_ha", "parcel_max_ha")),
    QgisCheck("SliverPolygon", ("P06",), ("sliver_width_m",)),
    QgisCheck("Hole", ("P04",), ("sliver_width_m",)),
    QgisCheck("Multipart", ("P05",), ("overlap_min_m2",)),
    QgisCheck("Type", ("W01", "S05")),
    QgisCheck("Duplicate", ("O03",)),
    QgisCheck("Contained", ("O01", "O02")),
    QgisCheck("Overlap", ("O01", "O02", "O09"), ("sliver_width_m", "overlap_min_m2")),
    QgisCheck("Gap", ("O04",), ("gap_min_width_m", "gap_max_width_m")),
    QgisCheck("FollowBoundaries", ("B05",), ("follow_min_m", "sliver_width_m")),
    QgisCheck("MissingVertex"),
    QgisCheck("Dangle"),
    QgisCheck("LineIntersection"),
    QgisCheck("LineLayerIntersection"),
    QgisCheck("PointCoveredByLine"),
    QgisCheck("PointInPolygon"),
)
"""All 23 of QGIS 3.22, those of polygons first."""
