"""The interactive map: one file that opens on any phone or laptop, without internet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hkm_gis.files import replace_file
from hkm_gis.report import Report
from hkm_gis.webmap.content import map_content
from hkm_gis.webmap.page import write_page
from hkm_gis.webmap.tiles import tiles_of

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["draw_map"]


def draw_map(
    survey: Survey,
    report: Report,
    path: str | Path,
    *,
    lang: str = "id",
    tiles: str | None = None,
) -> Path:
    """Write the interactive map of a survey as one HTML file.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    path
        The HTML file to write; its folder is made if it is not there.
    lang
        Language of its words.
    tiles
        An online base map in place of the relief: ``osm`` for OpenStreetMap, or the address of a
        tile service that one may use (``https://…/{z}/{x}/{y}.png``), with its owner after a
        blank. That map needs internet, says so, and asks this one server. OpenStreetMap answers
        only to pages of a web site.

    Returns
    -------
    Path
        ``path``. Without ``tiles`` the file asks for nothing: no internet, no other file. The
        same survey gives the same bytes. It carries codes and hectares only, never names or
        identity numbers.

    Raises
    ------
    FileError
        The file cannot be written; an older one then stays as it was.
    HkmError
        ``tiles`` is no base map.

    Notes
    -----
    What is drawn is simplified to 1.5 m; every printed number is that of the unchanged land.
    """
    target = Path(path)
    base = None if tiles is None else tiles_of(tiles)
    page = write_page(map_content(survey, report, lang, base), lang, base)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, page)
    return target
