"""What a parcel is called: its code, group, household and member, and its place in lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from hkm_gis.parcels.land import Parcel

__all__ = [
    "COMMODITY_WORDS",
    "SURVEYED_WORDS",
    "SURVEYOR_WORDS",
    "code_and_person",
    "groups_of",
    "households_of",
    "ids_of",
    "in_counting_order",
    "is_communal",
    "member_of",
    "said_by",
]

PARCEL_ID_WORDS = (
    "parcel_id",
    "id_andil",
    "no_andil",
    "kode_andil",
    "id_petak",
    "no_petak",
    "id_lahan",
    "no_lahan",
    "kode",
    "id",
    "nomor",
    "no",
)
GROUP_WORDS = (
    "group",
    "kelompok",
    "kth",
    "nama_kelompok",
    "nama_kth",
    "kelompok_tani",
    "lembaga",
)
MEMBER_WORDS = (
    "member",
    "nama_penggarap",
    "penggarap",
    "nama_pemilik",
    "pemilik",
    "nama_anggota",
    "anggota",
    "nama_petani",
    "petani",
    "nama",
    "name",
)
CATEGORY_WORDS = ("category", "kategori", "kategori_andil", "jenis_andil", "ruang")
COMMODITY_WORDS = ("commodity", "komoditas", "komoditi", "jenis_tanaman", "tanaman")
SURVEYOR_WORDS = ("surveyor", "pengukur", "nama_pengukur", "petugas_ukur", "juru_ukur")
SURVEYED_WORDS = (
    "surveyed",
    "tanggal",
    "tgl",
    "tanggal_ukur",
    "tgl_ukur",
    "tanggal_pengukuran",
    "tgl_pengukuran",
)
HOUSEHOLD_WORDS = ("household", "id_kk", "kode_kk", "rumah_tangga", "no_kk", "nomor_kk", "kk")
"""Columns of field tables, the surest first; compared without case, spaces and signs."""

_LONGEST_ID = 40  # letters that still stand beside a parcel on a sheet

# Shared land by the name of a category, file or folder, or by its code (33.PG.1.K): so the lists
# of the provincial offices have it.
_COMMUNAL = re.compile(
    r"(?<![^\W_])(komunal|communal|ruang[ _-]?perlindungan)(?![^\W_])", re.IGNORECASE
)
_COMMUNAL_CODE = re.compile(r".+\.K", re.IGNORECASE)

# Words that a device or app gives by itself: with them gone, a name is a person's or nothing.
_DEVICE_WORDS = frozenset(
    (
        *("active", "log", "track", "tracks", "trk", "trek", "path", "route", "rute", "walk"),
        *("jalur", "lintasan", "line", "garis", "area", "polygon", "poligon", "loop", "gps"),
        *("parcel", "petak", "andil", "lahan", "kebun", "garapan", "feature", "fitur", "row"),
        *("untitled", "tanpa", "judul", "new", "baru", "waypoint", "segment", "segmen", "baris"),
        *("jan", "feb", "mar", "apr", "may", "mei", "jun", "jul", "aug", "agu", "ags", "sep"),
        *("oct", "okt", "nov", "dec", "des"),
    )
)


def in_counting_order(parcel_ids: Iterable[str]) -> list[int]:
    """Return the places of parcels in the order in which people count them: RL-2 before RL-10."""
    keys = [_counted(parcel_id) for parcel_id in parcel_ids]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _counted(parcel_id: str) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", parcel_id.casefold())
    return [(int(p), "") if k % 2 else (0, p) for k, p in enumerate(parts)]


def groups_of(parcels: Sequence[Parcel], group: str | None) -> list[str]:
    """Return the group of each parcel: as its file says, else by the command, else its folder."""
    names = [
        said_by(parcel.said, GROUP_WORDS)
        or _group_of_folders(parcel.folders)
        or group
        or _group_of_path(parcel.source, parcel.home)
        for parcel in parcels
    ]
    spelling: dict[str, str] = {}
    return [spelling.setdefault(_folded(name), " ".join(name.split())) for name in names]


def _group_of_folders(folders: Sequence[str]) -> str:
    """Return the folder of a KML that calls itself a group; others are layers of somebody's map."""
    return next((f for f in reversed(folders) if _GROUP_FOLDER.match(f.strip())), "")


_GROUP_FOLDER = re.compile(r"(?:kth\w*|kelompok|klp|gapoktan\w*)[\s._-]+\w", re.IGNORECASE)


def _group_of_path(source: str, home: str) -> str:
    path = PurePosixPath(source)
    # a folder for the shared land, or for the files of one device, lies within that of its group
    folders = [
        part
        for part in (home, *path.parent.parts)
        if part and not _COMMUNAL.search(part) and _word(part) not in _FOLDERS_OF_NO_GROUP
    ]
    return folders[-1] if folders else path.stem or source


_FOLDERS_OF_NO_GROUP = frozenset(
    (
        *("kelompok", "kelompoktani", "kelompokkelompok", "groups", "data", "datalapangan"),
        *("lapangan", "andil", "lahan", "petak", "parcels", "peta", "maps", "gps", "gpx", "kml"),
        *("kmz", "track", "tracks", "jalur", "jalurgps", "export", "ekspor", "layers", "lapisan"),
        *("download", "downloads", "unduhan", "desktop", "documents", "dokumen", "foto", "photos"),
    )
)
"""Names of folders that say what lies in them, and of no group."""


def is_communal(parcel: Parcel, parcel_id: str) -> bool:
    """Tell whether a parcel is shared land, by its category, its file or its code."""
    stated = said_by(parcel.said, CATEGORY_WORDS)
    if stated:
        return bool(_COMMUNAL.search(stated))
    named = PurePosixPath(parcel.source).with_suffix("").parts
    return any(map(_COMMUNAL.search, named)) or bool(_COMMUNAL_CODE.fullmatch(parcel_id))


def member_of(parcel: Parcel) -> str:
    """Return the name of the farmer, as written; empty where no person is named."""
    name = said_by(parcel.said, MEMBER_WORDS) or code_and_person(parcel.name)[1]
    return "" if _is_private_number(name) else name


def code_and_person(name: str) -> tuple[str, str]:
    """Return the code of a parcel and the person that the name of a walk tells; empty where none.

    Examples
    --------
    Of two codes neither is the parcel's.

    >>> code_and_person("RL-01 Sukirman"), code_and_person("Bu Sri_M2"), code_and_person("RL-01")
    (('RL-01', 'Sukirman'), ('M2', 'Bu Sri'), ('RL-01', ''))
    >>> code_and_person("RL-01 RL-02 Budi"), code_and_person("Ani 2"), code_and_person("GPS-3")
    (('', 'Budi'), ('', 'Ani'), ('', ''))
    """
    words = re.split(r"[\s_]+|(?<=\d)-(?=[^\W\d]{2})", name)
    codes = [word for word in words if _is_code(word)]
    person = _person(" ".join(word for word in words if word not in codes))
    return codes[0] if len(codes) == 1 else "", person


def _is_code(word: str) -> bool:
    found = _CODE.fullmatch(word)
    return found is not None and found[1].casefold() not in _DEVICE_WORDS


# Few letters, then a number: in capitals (M2), or with a sign between (rl-01). Ani2 is a person.
_CODE = re.compile(
    r"([A-Z]{1,2}(?=\d)|[A-Z]{1,4}(?=[-./])|[^\W\d_]{1,3}(?=[-./]))[-./]?\d{1,4}[A-Za-z]?"
)


def _person(name: str) -> str:
    words = re.sub(r"[^\w\s.'’-]|[\d_]", " ", name).split()
    left = [word for word in words if word.strip(".-'’").casefold() not in _DEVICE_WORDS]
    person = " ".join(left).strip(" -.")
    return person if sum(letter.isalpha() for letter in person) > 2 else ""


def households_of(
    parcels: Sequence[Parcel], groups: Sequence[str], members: Sequence[str], ids: Sequence[str]
) -> list[str]:
    """Return the household of each parcel; a KK number becomes a code that tells nothing."""
    groups_of: dict[str, set[str]] = {}
    for name, group in zip(members, groups, strict=True):
        groups_of.setdefault(_folded(name), set()).add(group)
    codes: dict[str, str] = {}
    households = []
    for parcel, group, member, parcel_id in zip(parcels, groups, members, ids, strict=True):
        stated = said_by(parcel.said, HOUSEHOLD_WORDS)
        if _is_private_number(stated):
            digits = re.sub(r"\D", "", stated)
            households.append(codes.setdefault(digits, f"KK-{len(codes) + 1:03d}"))
        elif stated:
            households.append(stated)
        elif member:
            alone = len(groups_of[_folded(member)]) == 1
            name = " ".join(member.split()).title()
            households.append(name if alone else f"{name} ({group})")
        else:
            households.append(parcel_id)
    return households


def ids_of(parcels: Sequence[Parcel], groups: Sequence[str]) -> list[str]:
    """Return a code for each parcel, none twice: as stated, as its walk or its file is named.

    Where none of them tells one, its whole name does; where it has none, one is made of the first
    letters of the group.
    """
    in_file = Counter(parcel.source for parcel in parcels)
    ids = [""] * len(parcels)
    for said in (
        [said_by(parcel.said, PARCEL_ID_WORDS) for parcel in parcels],
        [code_and_person(parcel.name)[0] for parcel in parcels],
        [_code_of_file(p.source) if in_file[p.source] == 1 else "" for p in parcels],
        [parcel.name for parcel in parcels],
    ):
        found = _only_unique(list(map(_fit_id, said)), taken=ids)
        ids = [known or new for known, new in zip(ids, found, strict=True)]
    taken = set(ids)
    prefixes = _initials(groups)
    place: Counter[str] = Counter()
    for i, group in enumerate(groups):
        place[group] += 1
        if not ids[i]:
            ids[i] = _free(f"{prefixes[group]}-{place[group]:03d}", taken)
            taken.add(ids[i])
    return ids


def _code_of_file(source: str) -> str:
    return code_and_person(PurePosixPath(source).stem)[0]


def _only_unique(ids: Sequence[str], taken: Iterable[str]) -> list[str]:
    times = Counter(i.casefold() for i in ids)
    used = {i.casefold() for i in taken}
    return [i if times[i.casefold()] == 1 and i.casefold() not in used else "" for i in ids]


def _free(wanted: str, taken: set[str]) -> str:
    free, n = wanted, 1
    while free in taken:
        n += 1
        free = f"{wanted}.{n}"
    return free


def _fit_id(text: str) -> str:
    flat = " ".join(text.split())
    return "" if len(flat) > _LONGEST_ID or _is_private_number(flat) else flat


def _initials(groups: Sequence[str]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for group in dict.fromkeys(groups):
        words = re.findall(r"[^\W_]+", group)
        letters = "".join(w[0] for w in words) if len(words) > 1 else "".join(words)[:3]
        prefixes[group] = _free((letters or "P").upper(), set(prefixes.values()))
    return prefixes


def said_by(properties: Mapping[str, str], words: Sequence[str]) -> str:
    """Return the answer under the surest of these words, compared without case and signs."""
    if not properties:
        return ""
    known = {_word(key): str(value).strip() for key, value in reversed(list(properties.items()))}
    return next((known[w] for word in words if known.get(w := _word(word))), "")


@lru_cache(maxsize=4096)  # the same columns stand in every feature
def _word(column: str) -> str:
    return re.sub(r"[\W_]", "", column).casefold()


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_private_number(text: str) -> bool:
    # NIK and KK numbers have 16 digits, however they are spaced or dotted.
    return bool(re.search(r"\d(?:[\s.\-/]*\d){15}", text))
