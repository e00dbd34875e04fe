"""Turn the GPS walks of forest farmers into a proposal map that an office can accept."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hkm_gis.checks import CHECKS, check
    from hkm_gis.doctor import Examination, run_doctor
    from hkm_gis.errors import CheckError, FileError, HkmError, ProjectError, TableError
    from hkm_gis.exports import export
    from hkm_gis.forest import Forest, read_forest
    from hkm_gis.guide import draw_guide
    from hkm_gis.households import sum_households
    from hkm_gis.landcover import classify_landcover
    from hkm_gis.local_page import serve
    from hkm_gis.members import Register, read_members
    from hkm_gis.overlaps import find_overlaps
    from hkm_gis.parcels import read_parcels
    from hkm_gis.project import Project
    from hkm_gis.proposal import pack_proposal, verify_proposal
    from hkm_gis.recap import Recap, read_recap
    from hkm_gis.report import Finding, Report, Severity, Status
    from hkm_gis.sheets import draw_sheets
    from hkm_gis.starter import new_project
    from hkm_gis.survey import Survey, open_survey
    from hkm_gis.webmap import draw_map
    from hkm_gis.wording import explain
    from hkm_gis.workflow import Job, run, run_demo

__all__ = [
    "CHECKS",
    "CheckError",
    "Examination",
    "FileError",
    "Finding",
    "Forest",
    "HkmError",
    "Job",
    "Project",
    "ProjectError",
    "Recap",
    "Register",
    "Report",
    "Severity",
    "Status",
    "Survey",
    "TableError",
    "check",
    "classify_landcover",
    "draw_guide",
    "draw_map",
    "draw_sheets",
    "explain",
    "export",
    "find_overlaps",
    "new_project",
    "open_survey",
    "pack_proposal",
    "read_forest",
    "read_members",
    "read_parcels",
    "read_recap",
    "run",
    "run_demo",
    "run_doctor",
    "serve",
    "sum_households",
    "verify_proposal",
]

# GDAL and PROJ read these once, when they load: so they stand where every room passes first. A VRT
# can be talked into opening other files. The other drivers that can (GDALG, WFS ...) are not in
# every wheel, and naming one that is absent prints a warning; they see no file of a user either
# way, for only bytes that prove to be GeoPackage, FlatGeobuf or Shapefile are handed to GDAL.
os.environ["GDAL_SKIP"] = "OGR_VRT"
os.environ["PROJ_NETWORK"] = "OFF"  # the same numbers with and without internet
if "pyproj" in sys.modules:  # a notebook that imported it before us
    sys.modules["pyproj"].network.set_network_enabled(active=False)

# Name → room. A name is fetched when first asked for, so that ``hkm --help`` need not wait for
# geopandas (PEP 562).
_ROOMS = {
    "checks": ("CHECKS", "check"),
    "doctor": ("Examination", "run_doctor"),
    "errors": ("CheckError", "FileError", "HkmError", "ProjectError", "TableError"),
    "exports": ("export",),
    "forest": ("Forest", "read_forest"),
    "guide": ("draw_guide",),
    "households": ("sum_households",),
    "local_page": ("serve",),
    "landcover": ("classify_landcover",),
    "members": ("Register", "read_members"),
    "overlaps": ("find_overlaps",),
    "parcels": ("read_parcels",),
    "project": ("Project",),
    "proposal": ("pack_proposal", "verify_proposal"),
    "recap": ("Recap", "read_recap"),
    "report": ("Finding", "Report", "Severity", "Status"),
    "sheets": ("draw_sheets",),
    "starter": ("new_project",),
    "survey": ("Survey", "open_survey"),
    "webmap": ("draw_map",),
    "wording": ("explain",),
    "workflow": ("Job", "run", "run_demo"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
