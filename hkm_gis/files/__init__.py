"""Proof of what a file is, limits on what is read from it, and whole-file replacement."""

from __future__ import annotations

import os

from hkm_gis.files.kind import Kind, has_guessed_letters, sniff, sniff_content, text_of
from hkm_gis.files.limits import DEFAULT_LIMITS, Limits, Refusal, allowing
from hkm_gis.files.local import hash_file, local_path, read_content
from hkm_gis.files.names import safe_names
from hkm_gis.files.replacement import replace_file, replacing, replacing_together

__all__ = [
    "DEFAULT_LIMITS",
    "Kind",
    "Limits",
    "Refusal",
    "allowing",
    "has_guessed_letters",
    "hash_file",
    "local_path",
    "read_content",
    "replace_file",
    "replacing",
    "replacing_together",
    "safe_names",
    "sniff",
    "sniff_content",
    "text_of",
]

# GDAL and PROJ read these once, when they load; every room that loads them imports this one first.
# A VRT can be talked into opening other files. The other drivers that can (GDALG, WFS ...) are not
# in every wheel, and naming one that is absent prints a warning; they see no file of a user either
# way, for only bytes that prove to be GeoPackage, FlatGeobuf or Shapefile are handed to GDAL.
os.environ["GDAL_SKIP"] = "OGR_VRT"
os.environ["PROJ_NETWORK"] = "OFF"  # the same numbers with and without internet
