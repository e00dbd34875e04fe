"""The guide for facilitators: from a walk round the land to handing over the proposal."""

from __future__ import annotations

from pathlib import Path

from hkm_gis.files import replace_file

__all__ = ["draw_guide"]


def draw_guide(path: str | Path = "panduan.pdf", *, lang: str = "id") -> Path:
    """Write the guide as a PDF of A4 pages, to be read on paper in the village.

    Parameters
    ----------
    path
        The file to write; its folder must exist.
    lang
        Language of the guide: ``id`` or ``en``.

    Returns
    -------
    Path
        The file. The same program writes the same bytes.

    Raises
    ------
    FileError
        The file cannot be written.
    """
    from hkm_gis.guide.book import draw_book

    replace_file(path, draw_book(lang))
    return Path(path)
