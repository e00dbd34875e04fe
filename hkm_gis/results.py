"""What a person does with each file of a project's results."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from hkm_gis.sheets import PAGE_FILES
from hkm_gis.survey import DECISIONS_FILE

__all__ = ["RESULTS_FOLDER", "RESULT_KINDS", "results_by_kind"]

RESULTS_FOLDER = "hasil"

RESULT_KINDS = {
    "packages": ("usulan/*.zip",),
    "maps": ("peta/peta_*.pdf",),
    "conflicts": (f"peta/{PAGE_FILES['conflict']}_*.pdf",),
    "sketches": (f"peta/{PAGE_FILES['household']}_*.pdf",),
    "points": (f"peta/{PAGE_FILES['field']}_*.pdf",),
    "lists": (f"peta/{PAGE_FILES['list']}_*.pdf",),
    "webmap": ("peta.html",),
    "findings": ("pemeriksaan.txt", "pemeriksaan.xlsx", "kesepakatan.toml"),
    "pairs": (DECISIONS_FILE,),
    "hectares": ("luas_per_kk.csv", "tumpang_tindih.csv"),
    "data": ("data/*", "pemeriksaan.json"),
}
"""Results by what a person does with them (``results.<kind>`` in text/), the weightiest first."""


def results_by_kind(files: Iterable[Path], folder: Path) -> dict[str, list[Path]]:
    """Return the files below a folder of results by their kind (`RESULT_KINDS`), in its order."""
    kinds: dict[str, list[Path]] = {kind: [] for kind in RESULT_KINDS}
    for file in sorted(files):
        name = file.relative_to(folder).as_posix()
        for kind, patterns in RESULT_KINDS.items():
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                kinds[kind].append(file)
    return {kind: found for kind, found in kinds.items() if found}
