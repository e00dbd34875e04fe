"""Files and answers of a person put where a project keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Literal

from hkm_gis.errors import FileError
from hkm_gis.files import Refusal, local_path, read_content, replace_file
from hkm_gis.project import PROJECT_FILE
from hkm_gis.readers import find_files
from hkm_gis.text import default_language, say

__all__ = ["GivenFile", "Role", "file_name", "name_boundary", "put_files", "set_group", "set_words"]

Role = Literal["walks", "boundary", "members", "papers"]
"""What a file is for; each has its place in the project folder."""

_FOLDERS: Mapping[Role, str] = {
    "walks": "kelompok",
    "boundary": "batas",
    "members": "",
    "papers": "dokumen",
}
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
            reason = say(f"rejections.{refusal.reason}", default_language(), **refusal.facts)
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
        The files. A file that is there already, byte for byte, is left as it is.
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
        Another file of that name lies there, and ``replace`` is not set. Nothing is written then.
    """
    folder = home / _FOLDERS[role]
    if group and role in _OF_A_GROUP:
        folder /= file_name(group)
    targets = {folder / file_name(file.name): file.content for file in files}
    fresh = {path: content for path, content in targets.items() if not _is_there(path, content)}
    taken = [path.name for path in fresh if path.exists()]
    if taken and not replace:
        raise FileError("upload_differs", files=tuple(taken))
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in fresh.items():
        replace_file(path, content, private=role == "members")
    _enter(home, role, list(targets))
    return list(targets)


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
        for file in maps:
            if file in paths:
                name_boundary(home, file)


def _document(home: Path) -> Any:
    import tomlkit

    return tomlkit.parse((home / PROJECT_FILE).read_text("utf-8-sig"))


def _save(home: Path, document: Any) -> None:
    import tomlkit

    replace_file(home / PROJECT_FILE, tomlkit.dumps(document).encode())
