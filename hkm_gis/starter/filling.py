"""Files and answers of a person put where a project keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Literal

from hkm_gis.errors import FileError, HkmError
from hkm_gis.files import Kind, Refusal, local_path, read_content, replace_file, sniff_content
from hkm_gis.members import read_members
from hkm_gis.project import PROJECT_FILE, load_project
from hkm_gis.readers import find_files
from hkm_gis.recap import read_number
from hkm_gis.text import Sentence

__all__ = [
    "GivenFile",
    "Role",
    "file_name",
    "is_empty_form",
    "name_boundary",
    "put_aside",
    "put_files",
    "set_group",
    "set_words",
    "typed_number",
]

Role = Literal["walks", "boundary", "members", "papers"]
"""What a file is for; each has its place in the project folder."""

_FOLDERS: Mapping[Role, str] = {
    "walks": "kelompok",
    "boundary": "batas",
    "members": "",
    "papers": "dokumen",
}
_OF_ONE_FILE: frozenset[Role] = frozenset({"boundary", "members"})
"""Where one wrong file stops all; a photo among walks only becomes a finding."""

_NO_MAP_OR_TABLE: Mapping[Kind, str] = {
    "empty": "file_empty",
    **{kind: kind for kind in ("picture", "document", "shortcut", "redirect", "old_workbook")},
}
"""Kinds that neither a boundary nor a member list can be, and the words that say so."""

ASIDE = "tidak_dipakai"
"""Where a file goes that a person takes out: a project never throws one away."""

MEMBER_FILE = "anggota.xlsx"
"""The member list of a new project: a form to fill in."""

_OF_A_GROUP: frozenset[Role] = frozenset({"walks", "papers"})


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that a person hands over: its name as they know it, and its bytes."""

    name: str
    content: bytes

    @classmethod
    def all_in(cls, path: str | Path) -> list[GivenFile]:
        """Return the file at ``path``, with the parts of a shapefile, or all of a folder.

        Raises
        ------
        FileError
            Nothing lies there, or a file is too large to be read.
        """
        given = local_path(path)
        files = [f.path for f in find_files([given])] if given.is_dir() else [given]
        return [cls._read(part) for file in files for part in _parts(file)]

    @classmethod
    def _read(cls, file: Path) -> GivenFile:
        try:
            return cls(file.name, read_content(file))
        except Refusal as refusal:
            reason = Sentence(f"rejections.{refusal.reason}", refusal.facts)
            raise FileError("file_refused", file=file.name, reason=reason) from refusal


def put_files(
    home: Path, role: Role, files: Sequence[GivenFile], *, group: str = "", replace: bool = False
) -> list[Path]:
    """Write files to their place in the project folder ``home``.

    Parameters
    ----------
    home
        A project folder.
    role
        What the files are for. The member list and the boundary are entered in ``hkm.toml``.
    files
        The files. A file that is there already, byte for byte, is left as it is; the empty member
        list of a new project gives way without a question.
    group
        Whose files they are: walks and papers have a folder for each group.
    replace
        Write over a file of that name that says something else.

    Returns
    -------
    list of Path
        Where the files lie now.

    Raises
    ------
    FileError
        Another file of that name lies there, and ``replace`` is not set; or the boundary or the
        member list is a picture, a letter or the like. Nothing is written then.
    """
    if role in _OF_ONE_FILE:
        for file in files:
            _require_map_or_table(file)
    folder = home / _FOLDERS[role]
    if group and role in _OF_A_GROUP:
        folder /= file_name(group)
    targets = {folder / file_name(file.name): file.content for file in files}
    fresh = {path: content for path, content in targets.items() if not _is_there(path, content)}
    taken = [path.name for path in fresh if path.exists() and not is_empty_form(path)]
    if taken and not replace:
        raise FileError("upload_differs", files=tuple(taken))
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in fresh.items():
        replace_file(path, content, private=role == "members")
    _enter(home, role, list(targets))
    return list(targets)


def put_aside(home: Path, file: Path) -> list[Path]:
    """Move a file, with the parts of a shapefile, out of the work but not out of the project.

    Returns
    -------
    list of Path
        Where the parts lie now, below ``tidak_dipakai``. Nothing there is written over.
    """
    moved = []
    for part in _parts(file):
        target = home / ASIDE / part.relative_to(home)
        while target.exists():
            target = target.with_stem(f"{target.stem}_")
        target.parent.mkdir(parents=True, exist_ok=True)
        moved.append(part.rename(target))
    return moved


def name_boundary(home: Path, file: Path, **words: str | float | int) -> None:
    """Enter a boundary file of the project folder, and what is known of it, in ``hkm.toml``."""
    inside = file.resolve().relative_to(home.resolve())  # a project may be named from anywhere
    set_words(home, "forest", file=inside.as_posix(), **words)


def set_words(home: Path, table: str, **words: str | float | int) -> None:
    """Write words into one table of ``hkm.toml``; its comments and other words stay."""
    import tomlkit

    document = _document(home)
    place: Any = document.setdefault(table, tomlkit.table())
    place.update(words)
    _save(home, document)


def set_group(home: Path, name: str, **words: str) -> None:
    """Write words of one group into its ``[[groups]]`` of ``hkm.toml``, new if there is none."""
    import tomlkit

    document = _document(home)
    groups: Any = document.setdefault("groups", tomlkit.aot())
    table = next((g for g in groups if g.get("name") == name), None)
    if table is None:
        table = tomlkit.table()
        table.update({"name": name, "folder": f"{_FOLDERS['walks']}/{file_name(name)}"})
        groups.append(table)
    table.update(words)
    _save(home, document)


def is_empty_form(file: Path) -> bool:
    """Return whether a file is a member list that nobody has filled in yet."""
    try:
        return file.name == MEMBER_FILE and not len(read_members(file).table)
    except HkmError:
        return False


def typed_number(text: str) -> float:
    """Return a number as people type it here: dots part thousands, a comma the decimals.

    Raises
    ------
    HkmError
        It is no number.

    Examples
    --------
    >>> typed_number("16.060,5"), typed_number("15060.5"), typed_number("1:250.000")
    (16060.5, 15060.5, 250000.0)
    """
    cell = read_number(text.strip().removeprefix("1:"), whole=False)
    if cell.certainty not in ("sure", "doubtful"):
        raise HkmError("not_a_number", value=text)
    return cell.value


def file_name(name: str) -> str:
    r"""Return ``name`` as every system takes it for a file, as near to the original as it goes.

    Examples
    --------
    >>> file_name("..\\..\\KTH Mekar: blok 2?.gpx"), file_name("CON"), file_name("../..")
    ('KTH Mekar_ blok 2_.gpx', '_CON', '_')
    """
    # The last part for both kinds of slash: browsers of old sent the whole path.
    last = PureWindowsPath(name.replace("\0", "")).name
    plain = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]', "_", last).strip().rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    # A deep Windows folder ends at 260 letters; the ending tells people what a file is.
    short = f"{stem[:100]}{dot}{ending[:12]}" if dot else plain[:100]
    if not short.strip("._ "):
        return "_"
    return f"_{short}" if PureWindowsPath(short).is_reserved() else short


def _require_map_or_table(file: GivenFile) -> None:
    words = _NO_MAP_OR_TABLE.get(sniff_content(file.content))
    if words is not None:
        reason = Sentence(f"rejections.{words}")
        raise FileError("file_refused", file=file.name, reason=reason)


def _parts(file: Path) -> list[Path]:
    # The parts of a shapefile travel together.
    if file.suffix.lower() != ".shp":
        return [file]
    stem = file.stem.lower()
    return sorted(f for f in file.parent.iterdir() if f.stem.lower() == stem and f.is_file())


def _is_there(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _enter(home: Path, role: Role, paths: Sequence[Path]) -> None:
    if role == "members" and paths:
        set_words(home, "members", file=paths[-1].name)
    if role == "boundary":
        # Of the parts of a shapefile only the whole is a map.
        maps = [found.path for found in find_files([home / _FOLDERS[role]])]
        # What the letter says is known of no boundary until somebody says it.
        said: dict[str, int] = {} if load_project(home).forest else {"stated_ha": 0}
        for file in maps:
            if file in paths:
                name_boundary(home, file, **said)


def _document(home: Path) -> Any:
    import tomlkit

    return tomlkit.parse((home / PROJECT_FILE).read_text("utf-8-sig"))


def _save(home: Path, document: Any) -> None:
    import tomlkit

    replace_file(home / PROJECT_FILE, tomlkit.dumps(document).encode())
