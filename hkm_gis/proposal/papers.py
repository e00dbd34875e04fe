"""The papers that people put into ``dokumen``: whose they are, what they answer, what is proved."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from rapidfuzz import fuzz

from hkm_gis.errors import ProjectError, errno_name
from hkm_gis.files import Kind, sniff_content
from hkm_gis.members import fold_group, words_of
from hkm_gis.survey import Survey

__all__ = ["PAPERS_FOLDER", "GivenPaper", "Papers", "answers_of", "find_papers", "problem_of"]

PAPERS_FOLDER = "dokumen"

MOST_BYTES = 200 * 2**20
"""What the papers of one group may weigh: 300 families with two scans of 300 kB each."""

_LIKE_PCT = 88.0
"""How like a word must be to a long key: one or two letters wrong in ten."""
_LONG_KEY = 9

KEYS: Mapping[str, tuple[str, ...]] = {
    # paper: the words by which people call it in a file name, joined; a run of words in the
    # name must be one of them
    "peta": ("peta", "petaareal", "petaarealkelola", "petausulan"),
    "adart": ("adart", "addanart", "anggarandasar", "anggaranrumahtangga"),
    "rencana_kerja": ("rencanakerja", "rencanapengelolaan", "rku", "rkps", "rkt", "renja"),
    "daftar_anggota": ("daftaranggota", "daftarnama", "daftarpemohon", "daftarnamaanggota"),
    "struktur": ("struktur", "strukturorganisasi", "susunanpengurus", "kepengurusan"),
    "surat_pengantar": ("pengantar", "suratpengantar", "pengantarpekon", "pengantardesa"),
    "surat_permohonan": ("permohonan", "suratpermohonan"),
    "pakta_integritas": ("pakta", "paktaintegritas", "faktaintegritas"),
    "sk_kelompok": (
        *("sk", "skkelompok", "suratkeputusan", "akta", "aktapendirian", "pengukuhan"),
        *("beritaacarapembentukan", "skpembentukan"),
    ),
    "salinan_ktp_kk": (
        *("ktp", "kk", "ektp", "ktpkk", "kartukeluarga", "kartutandapenduduk", "fotokopiktp"),
        "nik",
    ),
}

# A word this short stands in names of other papers too ("pengantar peta"): it counts only where
# no longer one is found.
_WEAK_LETTERS = 4

_NOT_A_PAPER = re.compile(r"(\.|~|baca_?saya|readme|thumbs\.db|desktop\.ini)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPaper:
    """One file from ``dokumen``.

    Attributes
    ----------
    name
        Its path below ``dokumen``, with ``/``.
    answers
        Which papers its name says it is; empty where the name says nothing known.
    problem
        Why it is no proof that the paper is there: ``empty``, ``not_its_ending`` (a name that
        ends on .pdf, bytes that are no PDF), ``cut_short``, ``unknown_form``; "" where its bytes
        are a document or a picture. What stands in it, nobody checked.
    """

    name: str
    content: bytes
    answers: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Papers:
    """What lies in ``dokumen`` for one group, and what there was left out of the package."""

    given: tuple[GivenPaper, ...] = ()
    left_out: tuple[str, ...] = ()
    """Links, and folders named after no group and no paper: nobody can tell whose they are."""


def find_papers(survey: Survey, group: str) -> Papers:
    """Return the papers of ``group``.

    A file belongs to every group, unless it lies in a folder of a group or its name says one. A
    folder that is called by a paper (``KTP/Budi.jpg``) tells what its files are.

    Raises
    ------
    ProjectError
        They weigh more than an office can take, or one cannot be read.
    """
    home = survey.project.folder
    if home is None or not (home / PAPERS_FOLDER).is_dir():
        return Papers()
    found: list[GivenPaper] = []
    left_out: list[str] = []
    room = MOST_BYTES
    for path in _files(home / PAPERS_FOLDER):
        name = path.relative_to(home / PAPERS_FOLDER).as_posix()
        if path.is_symlink() or not _is_known_place(name, survey.groups):
            left_out.append(name)
        elif _owner(name, survey.groups) in ("", group):
            content = _content(path, room)
            room -= len(content)
            problem = problem_of(name, content)
            found.append(
                GivenPaper(name=name, content=content, answers=answers_of(name), problem=problem)
            )
    return Papers(tuple(found), tuple(left_out))


def answers_of(name: str) -> tuple[str, ...]:
    """Return which papers a file is by its name, or else by the name of its folder.

    Examples
    --------
    >>> answers_of("AD-ART KTH Mawar (final).pdf"), answers_of("KTP/Budi.jpg")
    (('adart',), ('salinan_ktp_kk',))
    >>> answers_of("surat kepala Darto.pdf")
    ()
    """
    for part in reversed(PurePosixPath(name).parts):
        words = _words(part)
        strong = {paper: _longest(keys, words) for paper, keys in KEYS.items()}
        if any(length > _WEAK_LETTERS for length in strong.values()):
            return tuple(p for p, length in strong.items() if length > _WEAK_LETTERS)
        if any(strong.values()):
            return tuple(p for p, length in strong.items() if length)
    return ()


def problem_of(name: str, content: bytes) -> str:
    """Return why the bytes of a file are no paper that anybody can open; "" where they are.

    Examples
    --------
    >>> problem_of("adart.pdf", b"<html>Login</html>")
    'not_its_ending'
    """
    kind = sniff_content(content)
    if kind == "empty":
        return "empty"
    ending = PurePosixPath(name).suffix.lower()
    wanted = _ENDINGS.get(ending)
    if wanted is None:
        return "" if kind in _PAPER_KINDS else "unknown_form"
    if not content.startswith(wanted[1]):
        return "not_its_ending"
    if _is_cut_short(ending, content):
        return "cut_short"
    return "" if kind == wanted[0] else "not_its_ending"


_PAPER_KINDS: frozenset[Kind] = frozenset({"document", "picture", "xlsx", "table"})

_ENDINGS: Mapping[str, tuple[Kind, tuple[bytes, ...]]] = {
    ".pdf": ("document", (b"%PDF",)),
    ".docx": ("document", (b"PK",)),
    ".odt": ("document", (b"PK",)),
    ".doc": ("document", (b"\xd0\xcf\x11\xe0", b"{\\rtf")),
    ".rtf": ("document", (b"{\\rtf",)),
    ".xlsx": ("xlsx", (b"PK",)),
    ".jpg": ("picture", (b"\xff\xd8\xff",)),
    ".jpeg": ("picture", (b"\xff\xd8\xff",)),
    ".png": ("picture", (b"\x89PNG",)),
    ".tif": ("picture", (b"II*\x00", b"MM\x00*")),
    ".tiff": ("picture", (b"II*\x00", b"MM\x00*")),
}


def _is_cut_short(ending: str, content: bytes) -> bool:
    if ending == ".pdf":
        return b"%%EOF" not in content[-2048:]
    if ending in (".jpg", ".jpeg"):
        return b"\xff\xd9" not in content[-2048:]
    if ending == ".png":
        return b"IEND" not in content[-2048:]
    return content.startswith(b"PK") and not zipfile.is_zipfile(BytesIO(content))


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if _NOT_A_PAPER.match(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        elif entry.is_symlink() or entry.is_file():
            yield entry


def _content(path: Path, room: int) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(room + 1)
    except OSError as problem:
        cause = errno_name(problem)
        raise ProjectError("paper_unreadable", file=path.name, problem_errno=cause) from None
    if len(content) > room:
        raise ProjectError("papers_too_large", file=path.name, limit_mb=MOST_BYTES // 2**20)
    return content


def _is_known_place(name: str, groups: Sequence[str]) -> bool:
    folder = PurePosixPath(name).parts[0]
    in_root = folder == name
    return in_root or bool(_group_of(_words(folder), groups)) or bool(answers_of(folder))


def _owner(name: str, groups: Sequence[str]) -> str:
    """Return the group that a path names, the outermost folder first; "" where it names none."""
    owners = (_group_of(_words(part), groups) for part in PurePosixPath(name).parts)
    return next(filter(None, owners), "")


def _group_of(words: Sequence[str], groups: Sequence[str]) -> str:
    named = [g for g in groups if (key := fold_group(g).replace(" ", "")) and key in _runs(words)]
    return max(named, key=lambda g: len(fold_group(g)), default="")


def _words(part: str) -> list[str]:
    # "RencanaKerja2026" is three words too
    return words_of(
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", part)
    )


def _runs(words: Sequence[str]) -> set[str]:
    count = len(words)
    return {"".join(words[i:j]) for i in range(count) for j in range(i + 1, min(count, i + 6) + 1)}


def _longest(keys: Sequence[str], words: Sequence[str]) -> int:
    runs = _runs(words)
    found = [len(key) for key in keys if key in runs]
    if not found:
        found = [len(k) for k in keys if len(k) >= _LONG_KEY and any(_like(k, r) for r in runs)]
    return max(found, default=0)


def _like(key: str, run: str) -> bool:
    return fuzz.ratio(key, run, score_cutoff=_LIKE_PCT) > 0
