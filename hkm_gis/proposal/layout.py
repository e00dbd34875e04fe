"""Where everything lies in a package: numbered folders that a person walks through in order."""

from __future__ import annotations

__all__ = [
    "ANDIL_LIST",
    "COMPLETENESS",
    "DRAFTS",
    "FINDINGS",
    "FOLDERS",
    "GIVEN_PAPERS",
    "LAND",
    "LAND_WITH_OWN_CODES",
    "MAP_DATA",
    "OFFICE_ONLY",
    "READ_ME",
    "RECAP",
    "SHEETS",
]

READ_ME = "00_BACA_DULU.pdf"
SHEETS = "01_PETA/"
ANDIL_LIST = "02_DAFTAR_ANDIL/"
RECAP = "03_REKAP_LUAS/"
MAP_DATA = "04_DATA_PETA/"
DRAFTS = "05_RANCANGAN_SURAT/"
COMPLETENESS = "06_KELENGKAPAN/"
OFFICE_ONLY = "07_KHUSUS_KANTOR/"
"""The one folder with numbers of persons. Papers that people gave lie in it too: a program cannot
read a scan, so nobody can promise that there is no NIK in one."""

GIVEN_PAPERS = f"{OFFICE_ONLY}surat_kelompok/"

FOLDERS = (SHEETS, ANDIL_LIST, RECAP, MAP_DATA, DRAFTS, COMPLETENESS, OFFICE_ONLY)
"""In the order in which the read-me explains them (``proposal.folder.<number>``)."""

LAND = f"{MAP_DATA}andil.geojson"
"""The parcels whose digest is on the sheets."""

FINDINGS = f"{MAP_DATA}temuan.geojson"
"""The findings, open and accepted, of which the manifest states the number of open errors."""

LAND_WITH_OWN_CODES = f"{OFFICE_ONLY}andil_kode_asli.geojson"
"""The same parcels, where a code is hidden in public because it is a name or number of a person."""
