"""The empty project folder that a group starts from."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from hkm_gis.errors import ProjectError
from hkm_gis.files import replace_file
from hkm_gis.project import PROJECT_FILE
from hkm_gis.text import phrase

__all__ = ["new_project"]

FOLDERS = ("batas", "kelompok", "raster", "lapisan", "dokumen")
MEMBER_FILE = "anggota.xlsx"
READ_ME = "BACA_SAYA.txt"


def new_project(folder: str | Path, *, lang: str = "id", overwrite: bool = False) -> Path:
    """Make a project folder: commented ``hkm.toml``, member list to fill in, and a read-me.

    Parameters
    ----------
    folder
        The folder to make.
    lang
        Language of the comments, ``id`` or ``en``.
    overwrite
        Write into a folder that already holds something. Files of other names stay as they are.

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
    replace_file(home / PROJECT_FILE, phrase("starter.hkm_toml", lang).encode())
    replace_file(home / READ_ME, phrase("starter.read_me", lang).encode())
    replace_file(home / MEMBER_FILE, _member_template(lang), private=True)
    return home


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
