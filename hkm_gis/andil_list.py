"""The daftar andil garapan: the list of parcels in the shape that forestry offices keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hkm_gis.errors import HkmError
from hkm_gis.neighbours import SIDES
from hkm_gis.parcels import in_counting_order
from hkm_gis.plane import from_plane, land_on_plane
from hkm_gis.privacy import Disguise, disguise, member_facts, redact
from hkm_gis.text import say, written_degrees

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = ["ANDIL_COLUMNS", "CATEGORIES", "list_andil", "listed", "spots_of", "tell_batas"]

ANDIL_COLUMNS = (
    "category",  # of `CATEGORIES`
    "number",  # no andil: the parcel_id
    "member",  # nama penggarap
    "kk",  # (private)
    "nik",  # (private)
    "lon",  # a point inside the parcel, degrees-minutes-seconds to 0.1" (3 m): 104° 39' 0,0" BT
    "lat",
    *SIDES,  # batas utara, timur, selatan, barat: computed from the land
    "pekon",
    "kecamatan",
    "surveyor",
    "surveyed",
    "commodity",
    "area_ha",  # float, unrounded
)

CATEGORIES = ("communal", "andil")
"""The two parts of the list, in the order in which it is printed."""

WORTH_NAMING_SHARE = 0.15
"""What borders less of a side than this is a corner, not a batas."""
WHOLE_SIDE_SHARE = 0.5
"""A side of which less is known to end somewhere says that its batas holds only partly."""
MOST_NAMES = 3


class _Neighbour(NamedTuple):
    """Whose a parcel is, its code on this list, and how a neighbour calls it."""

    household: str
    group: str
    code: str
    words: str


_People = dict[str, _Neighbour]


class _Piece(NamedTuple):
    """What one side of a parcel borders, and over how many metres."""

    kind: str
    neighbour: str
    length_m: float


def list_andil(
    survey: Survey,
    *,
    group: str | None = None,
    lang: str = "id",
    private: bool = False,
    names: bool = True,
) -> pd.DataFrame:
    """Return the daftar andil garapan: shared land of the group first, then the andil.

    Parameters
    ----------
    survey
        Everything read. Give all groups: the neighbours of a group belong to others.
    group
        Only the parcels of this group.
    lang
        Language of the batas and of degrees.
    private
        Whether KK numbers and NIK from the member list stand in it. Without, there are no such
        columns.
    names
        Whether people stand in it by name, as on signed paper; without, neighbours are
        named by the code of their parcel and ``member`` is empty.

    Returns
    -------
    DataFrame
        Columns `ANDIL_COLUMNS` in the order of `listed`. Texts are redacted. What is not known is
        empty; nothing is invented.

    Raises
    ------
    HkmError
        There is no such group.

    Examples
    --------
    >>> from hkm_gis.survey import open_survey
    >>> survey = open_survey("kelompok/Lestari")  # doctest: +SKIP
    >>> list_andil(survey)[["number", "utara", "area_ha"]]  # doctest: +SKIP
    """
    if group is not None and group not in survey.groups:
        raise HkmError("group_unknown", group=group, groups=survey.groups)
    table = _whole(survey, lang=lang, names=names).iloc[listed(survey, group)]
    left_out = () if private else ("kk", "nik")
    shown: pd.DataFrame = table[[c for c in ANDIL_COLUMNS if c not in left_out]]
    return shown.reset_index(drop=True)


def tell_batas(survey: Survey, *, lang: str = "id", names: bool = True) -> pd.DataFrame:
    """Return what each parcel borders on its four sides, in words.

    A side names all that borders at least 15 % of it, the longest first, three at most; where
    less than half of the side is known to border anything it says so.

    Returns
    -------
    DataFrame
        One row a parcel, by ``parcel_id``, with columns `hkm_gis.neighbours.SIDES`; empty text
        where nothing is known.
    """
    veil = disguise(survey, hide_names=not names)
    people = _people(survey, veil, lang, names=names)
    found: dict[tuple[str, str], list[_Piece]] = {}
    columns = ("parcel_id", "side", "kind", "neighbour", "length_m")
    for parcel, side, *piece in zip(*(survey.neighbours[c] for c in columns), strict=True):
        found.setdefault((parcel, side), []).append(_Piece(*piece))
    ids = list(survey.parcels["parcel_id"])
    told = {
        side: [_side(people, parcel, found.get((parcel, side), []), lang) for parcel in ids]
        for side in SIDES
    }
    return pd.DataFrame(told, index=pd.Index(ids, name="parcel_id"), dtype=object)


def _whole(survey: Survey, *, lang: str, names: bool) -> pd.DataFrame:
    parcels = survey.parcels
    people = member_facts(survey)
    veil = disguise(survey, hide_names=not names)
    batas = tell_batas(survey, lang=lang, names=names).set_axis(parcels.index)
    spots = spots_of(parcels.geometry.to_numpy())
    communal = parcels["communal"].to_numpy(bool)
    said: pd.DataFrame = parcels[["surveyor", "surveyed", "commodity"]].map(veil.text)
    more: dict[str, Any] = {
        "number": parcels["parcel_id"].map(veil.parcel),
        "category": np.array(CATEGORIES)[np.where(communal, 0, 1)],
        "member": people["member"].map(redact) if names else "",
        "lon": [written_degrees(x, "lon", lang) for x, _ in spots],
        "lat": [written_degrees(y, "lat", lang) for _, y in spots],
        "pekon": _place(survey, "pekon"),
        "kecamatan": _place(survey, "kecamatan"),
        "area_ha": parcels["area_ha"],
    }
    return said.assign(**more).join([people[["kk", "nik"]], batas])


def _place(survey: Survey, kind: str) -> list[str]:
    general = getattr(survey.project.place, kind)
    of = {g: getattr(survey.project.group(g), kind) or general for g in survey.groups}
    return [redact(of[g]) for g in survey.parcels["group"]]


def listed(survey: Survey, group: str | None = None) -> NDArray[np.intp]:
    """Return the rows of the parcels in the order of the list, which numbers them.

    Shared land first, then group after group, and in a group as people count: RL-2 before RL-10,
    whichever file came first.
    """
    parcels = survey.parcels
    counted = np.array(in_counting_order(parcels["parcel_id"]), dtype=np.intp)
    groups = parcels["group"].iloc[counted].map(list(survey.groups).index).to_numpy()
    communal = parcels["communal"].to_numpy(bool)[counted]
    order = counted[np.lexsort((groups, ~communal))]
    return order if group is None else order[(parcels["group"] == group).to_numpy()[order]]


def spots_of(geometries: NDArray[Any]) -> list[tuple[float, float]]:
    """Return a point (lon, lat) in each parcel: its centroid, or one inside where that is not."""
    land = land_on_plane(geometries)
    middle = shapely.centroid(land)
    spots = np.where(shapely.contains(land, middle), middle, shapely.point_on_surface(land))
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(from_plane(spots))]


def _people(survey: Survey, veil: Disguise, lang: str, *, names: bool) -> _People:
    parcels = survey.parcels
    members = member_facts(survey)["member"] if names else [""] * len(parcels)
    rows = zip(parcels["parcel_id"], parcels["household"], parcels["group"], members, strict=True)
    known: _People = {}
    for parcel, household, group, member in rows:
        key = "named" if member else "unnamed"
        code = veil.parcel(parcel)
        words = say(f"andil_list.{key}", lang, member=redact(member), parcel=code)
        known[parcel] = _Neighbour(household, group, code, words)
    return known


def _side(people: _People, parcel: str, pieces: Sequence[_Piece], lang: str) -> str:
    length_m = sum(piece.length_m for piece in pieces)
    known = [piece for piece in pieces if piece.kind != "none"]
    known_m = sum(piece.length_m for piece in known)
    worth = [piece for piece in known if piece.length_m >= WORTH_NAMING_SHARE * length_m]
    if not worth and known_m >= WHOLE_SIDE_SHARE * length_m:
        worth = known  # a long side along many small neighbours
    words = list(dict.fromkeys(_border(people, parcel, piece, lang) for piece in worth))
    told = redact("; ".join(words[:MOST_NAMES]))
    if words[MOST_NAMES:]:
        told = say("andil_list.and_more", lang, batas=told, count=len(words) - MOST_NAMES)
    if told and known_m < WHOLE_SIDE_SHARE * length_m:
        return say("andil_list.partly", lang, batas=told)
    return told


def _border(people: _People, parcel: str, piece: _Piece, lang: str) -> str:
    kind, neighbour = piece.kind, piece.neighbour
    if kind != "parcel":
        plain = say(f"andil_list.{kind}", lang)
        called = neighbour.casefold()
        if kind == "batas_kawasan" or called == kind:
            return plain
        own_word = called.startswith((plain.casefold(), kind))
        return neighbour if own_word else f"{plain} {neighbour}"
    other, mine = people[neighbour], people[parcel]
    if other.household and other.household == mine.household:
        return say("andil_list.own", lang, parcel=other.code)
    return other.words if other.group == mine.group else f"{other.words}, {other.group}"
