"""Write one page for each check to docs/checks, from the same words that the program prints."""

from __future__ import annotations

from pathlib import Path

from hkm_gis.checks import CHECKS, Check, find_check
from hkm_gis.checks.beside_qgis import QGIS_CHECKS, QgisCheck
from hkm_gis.checks.intake import code_of_repair
from hkm_gis.record import Repair
from hkm_gis.text import catalogue, phrase
from hkm_gis.thresholds import Thresholds

HEADINGS = {
    "id": ("Yang tertulis di laporan", "Mengapa penting", "Yang perlu dilakukan"),
    "en": ("What the report says", "Why it matters", "What to do"),
}

QGIS_HEAD = """
## Dibandingkan dengan QGIS Geometry Checker · Beside the QGIS Geometry Checker

Setiap pemeriksaan di QGIS, dan kode di sini yang menemukan hal yang sama. Ambang dapat diubah di
`[thresholds]` pada `hkm.toml`.

*Each check of QGIS, and the code that finds the same here. A threshold can be set under
`[thresholds]` in `hkm.toml`.*

| QGIS | yang dicari · what it looks for | kode · code | ambang · threshold |
|---|---|---|---|
"""

QGIS_WORDS = {
    "IsValid": ("bentuk yang tidak sah", "invalid shapes"),
    "SelfIntersection": ("garis yang memotong dirinya", "outlines that cross themselves"),
    "SelfContact": ("garis yang menyentuh dirinya", "outlines that touch themselves"),
    "DuplicateNodes": ("titik yang sama dua kali", "the same corner twice"),
    "DegeneratePolygon": ("kurang dari tiga sudut", "fewer than three corners"),
    "SegmentLength": ("sisi yang terlalu pendek", "edges too short"),
    "Angle": ("sudut yang terlalu runcing", "corners too sharp"),
    "Area": ("lahan terlalu kecil; di sini juga terlalu luas", "too small; here too large as well"),
    "SliverPolygon": ("lahan yang sangat sempit", "slivers"),
    "Hole": ("lubang", "holes"),
    "Multipart": ("beberapa potong", "several pieces"),
    "Type": ("titik atau garis, bukan lahan", "points or lines where land is due"),
    "Duplicate": ("lahan yang sama dua kali", "the same land twice"),
    "Contained": ("lahan di dalam lahan lain", "land within other land"),
    "Overlap": ("tumpang tindih", "overlaps"),
    "Gap": ("celah", "gaps"),
    "FollowBoundaries": ("tepi yang tidak ikut batas", "edges that miss the boundary"),
    "MissingVertex": ("sudut yang tidak bersama", "corners that a neighbour lacks"),
    "Dangle": ("ujung garis yang lepas", "loose ends of lines"),
    "LineIntersection": ("garis yang berpotongan", "lines that cross"),
    "LineLayerIntersection": ("garis yang memotong lapisan lain", "lines that cross a layer"),
    "PointCoveredByLine": ("titik di luar garis", "points off their line"),
    "PointInPolygon": ("titik di luar poligon", "points outside polygons"),
}
NO_LAND = "bukan lahan · no land"
NO_COMMON_CORNERS = (
    "dua jalur GPS tidak pernah punya sudut bersama; selisihnya O01 sampai O04 dan O09"
    " · two walks never share corners; what lies between is O01 to O04 and O09"
)


def page(check: Check) -> str:
    """Return the page of one check, Indonesian first."""
    title = _words(check, "id", "title")
    severity = " · ".join(phrase(f"guide.words.{check.severity}", lang) for lang in HEADINGS)
    head = f"# {check.code} {title}\n\n{severity} · `{check.name}`"
    english = f"## {check.code} {_words(check, 'en', 'title')}"
    parts = [head, _part(check, "id"), english, _part(check, "en")]
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """Return the list of all checks."""
    rows = [
        f"| [{c.code}]({c.code}-{c.name}.md) | {c.name} | {c.severity} "
        f"| {_words(c, 'id', 'title')} | {_words(c, 'en', 'title')} |"
        for c in CHECKS
    ]
    head = ["| code | name | severity | Indonesia | English |", "|---|---|---|---|---|"]
    qgis = QGIS_HEAD + "\n".join(_qgis_row(one) for one in QGIS_CHECKS)
    return "# Pemeriksaan · Checks\n\n" + "\n".join(head + rows) + "\n" + qgis + "\n"


def _qgis_row(one: QgisCheck) -> str:
    indonesian, english = QGIS_WORDS[one.name]
    none = NO_COMMON_CORNERS if one.name == "MissingVertex" else NO_LAND
    codes = ", ".join(f"[{c}]({c}-{find_check(c).name}.md)" for c in one.codes) or none
    usual = Thresholds()
    limits = ", ".join(f"`{name}` = {getattr(usual, name):g}" for name in one.thresholds)
    return f"| {one.name} | {indonesian} · {english} | {codes} | {limits} |"


def pages() -> dict[str, str]:
    """Return every page by the name of its file."""
    return {"README.md": index()} | {f"{c.code}-{c.name}.md": page(c) for c in CHECKS}


def _part(check: Check, lang: str) -> str:
    says, why, fix = HEADINGS[lang]
    return "\n\n".join(
        [
            f"**{why}.** {_words(check, lang, 'why')}",
            f"**{fix}.** {_words(check, lang, 'fix')}",
            f"**{says}.**\n\n" + "\n".join(f"- {words}" for words in _said(check, lang)),
        ]
    )


def _said(check: Check, lang: str) -> list[str]:
    """Return what the report may say, places for facts and all."""
    finding = _words(check, lang, "finding")
    if finding == "{place}: {rule}":
        rules = [rule for rule in catalogue(lang)["repairs"] if _is_told_by(check, rule)]
        return [f"`{phrase(f'repairs.{rule}', lang)}`" for rule in rules]
    return [f"`{finding}`", *(f"{severity}: `{words}`" for severity, words in _other(check, lang))]


def _is_told_by(check: Check, rule: str) -> bool:
    gaps = (0.0, 99.0)  # a small gap is untidy, a wide one is an open walk
    told = (Repair(source="", feature="", rule=rule, facts={"gap_m": gap_m}) for gap_m in gaps)
    return check.code in {code_of_repair(repair, Thresholds()) for repair in told}


def _other(check: Check, lang: str) -> list[tuple[str, str]]:
    words = catalogue(lang)["checks"]
    keys = [k for k in words if k.startswith(f"{check.code}.") and k.count(".") == 2]
    return [(f"{key.split('.')[1]}: ", words[key]) for key in keys]


def _words(check: Check, lang: str, part: str) -> str:
    return catalogue(lang)["checks"][f"{check.code}.{part}"]


def main() -> None:
    """Write the pages, and remove those of checks that are no more."""
    folder = Path(__file__).parent / "checks"
    folder.mkdir(exist_ok=True)
    written = pages()
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
