"""The empty project folder that a group starts from."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path

from hkm_gis.errors import ProjectError
from hkm_gis.files import replace_file
from hkm_gis.project import PROJECT_FILE
from hkm_gis.starter.filling import MEMBER_FILE
from hkm_gis.text import phrase

__all__ = ["new_project"]

FOLDERS = ("batas", "kelompok", "raster", "lapisan", "dokumen")
READ_ME = "BACA_SAYA.txt"
START_FILE = "MULAI.bat"
"""What a facilitator double-clicks on Windows."""


def new_project(folder: str | Path, *, lang: str = "id", overwrite: bool = False) -> Path:
    """Make a project folder: commented ``hkm.toml``, member list to fill in, read-me, start file.

    Parameters
    ----------
    folder
        The folder to make.
    lang
        Language of the comments, ``id`` or ``en``.
    overwrite
        Add what is missing to a folder that already holds something. No file in it is replaced.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ProjectError
        The folder already holds something and ``overwrite`` is not set.
    """
    home = Path(folder)
    if home.exists() and (not home.is_dir() or any(home.iterdir())) and not overwrite:
        raise ProjectError("project_exists", folder=str(folder))
    for name in FOLDERS:
        (home / name).mkdir(parents=True, exist_ok=True)
    contents = {
        PROJECT_FILE: phrase("starter.hkm_toml", lang).encode(),
        READ_ME: phrase("starter.read_me", lang).encode(),
        MEMBER_FILE: _member_template(lang),
        START_FILE: _start_file(lang),
    }
    for name, content in contents.items():
        if not (home / name).exists():
            replace_file(home / name, content, private=name == MEMBER_FILE)
    return home


def _start_file(lang: str) -> bytes:
    # The Python that made the folder is tried first; on another computer the one found there.
    python = sys.executable.replace("%", "%%") if os.name == "nt" else ""
    words = phrase("starter.start_file", lang).replace("{python}", python)
    return words.strip().replace("\n", "\r\n").encode() + b"\r\n"


def _member_template(lang: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    heads = phrase("starter.member_heads", lang).split("|")
    sheet.append(heads)
    for number in range(1, len(heads) + 1):
        sheet.cell(1, number).font = Font(bold=True)
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = 22
        column.number_format = "@"  # text: Excel then keeps all 16 digits of an identity number
    sheet.freeze_panes = "A2"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()
