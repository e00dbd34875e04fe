"""Plain questions to a person about what a project still lacks, answered into its folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from hkm_gis.errors import HkmError
from hkm_gis.project import load_project
from hkm_gis.readers import find_files
from hkm_gis.starter.filling import (
    GivenFile,
    Role,
    name_boundary,
    put_files,
    set_group,
    set_words,
    typed_number,
)

__all__ = ["Person", "interview"]

WALKS_FOLDER = "kelompok"
BOUNDARY_FOLDER = "batas"


class Person(Protocol):
    """Whoever answers: someone at a terminal, or a test."""

    def ask(self, question: str, *, default: str = "", **facts: str) -> str:
        """Return the answer to ``questions.<question>``; empty where the person passes."""

    def tell(self, sentence: str, **facts: str) -> None:
        """Show ``questions.<sentence>``."""

    def complain(self, error: HkmError) -> None:
        """Show why an answer could not be used; the question comes again."""


def interview(home: Path, person: Person, *, everything: bool = False) -> None:
    """Ask for what the project folder ``home`` lacks, and write the answers into it.

    Parameters
    ----------
    home
        A project folder with ``hkm.toml``.
    person
        Who is asked. Each question may be passed; then the project stays as it is.
    everything
        Ask also for names that the sheets can do without: place, pekon, who signs.
    """
    if everything:
        _ask_place(home, person)
    if not find_files([home / WALKS_FOLDER]):
        _ask_walks(home, person)
    if everything:
        for group in _groups(home):
            _ask_group(home, group, person)
        _ask_files(home, "members", person)
    if load_project(home).forest is None:
        _ask_boundary(home, person)


def _ask_place(home: Path, person: Person) -> None:
    place = load_project(home).place
    for key in ("kabupaten", "provinsi", "kph"):
        answer = person.ask(key, default=getattr(place, key))
        if answer:
            set_words(home, "place", **{key: answer})


def _ask_walks(home: Path, person: Person) -> None:
    person.tell("walks_first")
    while group := person.ask("group"):
        set_group(home, group)
        question = "walks"
        while _ask_files(home, "walks", person, question=question, group=group):
            question = "more_walks"


def _ask_group(home: Path, group: str, person: Person) -> None:
    for key in ("pekon", "kecamatan", "ketua", "kepala_pekon"):
        answer = person.ask(key, group=group)
        if answer:
            set_group(home, group, **{key: answer})


def _ask_files(
    home: Path, role: Role, person: Person, *, question: str = "", group: str = ""
) -> list[Path]:
    while answer := person.ask(question or role, group=group):
        try:
            placed = put_files(home, role, _files_at(answer), group=group)
        except HkmError as error:
            person.complain(error)
        else:
            person.tell("placed", count=str(len(placed)), folder=placed[0].parent.name)
            return placed
    return []


def _files_at(answer: str) -> list[GivenFile]:
    files = [file for path in named_paths(answer) for file in GivenFile.all_in(path)]
    if not files:
        raise HkmError("nothing_found", files=answer)
    return files


def named_paths(answer: str) -> list[str]:
    r"""Return the files that were dragged to a window, one or several, as it wrote them there.

    Examples
    --------
    Windows and Linux put names with spaces between quotes, macOS writes ``\ `` for each.

    >>> named_paths("'/home/a/jalur 1.gpx' '/home/a/jalur 2.gpx'")
    ['/home/a/jalur 1.gpx', '/home/a/jalur 2.gpx']
    >>> named_paths(r'"C:\Users\Ibu Sri\jalur.gpx" C:\jalur.kml')
    ['C:\\Users\\Ibu Sri\\jalur.gpx', 'C:\\jalur.kml']
    >>> named_paths(r"/Users/sri/jalur\ 1.gpx")
    ['/Users/sri/jalur 1.gpx']
    """
    whole = answer.strip().strip("\"'")
    if whole and Path(whole).exists():  # typed by hand, spaces and all
        return [whole]
    found = re.findall(r"\"([^\"]+)\"|'([^']+)'|((?:\\ |\S)+)", answer)
    return [double or single or bare.replace("\\ ", " ") for double, single, bare in found]


def _ask_boundary(home: Path, person: Person) -> None:
    known = [found.path for found in find_files([home / BOUNDARY_FOLDER])]
    if not known and not _ask_files(home, "boundary", person):
        return
    project = load_project(home)
    named = None if project.forest is None else project.forest.file
    file = named if isinstance(named, Path) else known[0]
    name = person.ask("forest_name", file=file.name)
    scale = _ask_number(person, "map_scale", default="250000")
    # Only of Register 30 is it known what its letter says; of others the person knows, or nobody.
    printed_ha = "16060" if re.search(r"\b30\b", name) else ""
    stated_ha = _ask_number(person, "stated_ha", default=printed_ha)
    words: dict[str, str | float | int] = {"name": name, "map_scale": int(scale)}
    words |= {"source": person.ask("forest_source")}
    given = {key: word for key, word in words.items() if word}
    name_boundary(home, file, stated_ha=stated_ha, **given)


def _ask_number(person: Person, question: str, *, default: str) -> float:
    while True:
        answer = person.ask(question, default=default)
        try:
            return typed_number(answer or default or "0")
        except HkmError as error:
            person.complain(error)


def _groups(home: Path) -> list[str]:
    project = load_project(home)
    named = {g.folder.name: g.name for g in project.groups if g.folder is not None}
    folders = sorted(p.name for p in (home / WALKS_FOLDER).iterdir() if p.is_dir())
    return list(
        dict.fromkeys([*(g.name for g in project.groups), *(named.get(f, f) for f in folders)])
    )
