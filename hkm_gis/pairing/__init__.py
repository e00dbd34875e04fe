"""Whose parcel is whose: by code, by name, and by what people decided where that is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import geopandas as gpd
import pandas as pd

from hkm_gis.members import Register, fold_name
from hkm_gis.pairing.decisions import Answers, Decision, read_decisions
from hkm_gis.pairing.index import Pairing, RegisterIndex
from hkm_gis.parcels import code_and_person
from hkm_gis.record import Repair

__all__ = [
    "PAIR_COLUMNS",
    "Decision",
    "doubtful_matches",
    "match_members",
    "note_lost_decisions",
    "read_decisions",
]

PAIR_COLUMNS = (
    "parcel_id",
    "group",  # of the parcel
    "member",  # name of the parcel's farmer, as its file or the file's own name says it
    "candidate",  # a member it may be, as the list writes the name
    "candidate_group",
    "row",  # int, row of the candidate on the list
    "similarity_pct",  # float: equal letters of the two names, 100 where they are the same
    "reason",  # why it is not sure; its words are ``pairs.reason.<reason>`` in text/
    "choice",  # what a person has decided: "", "ya" or "tidak"
)

# Words in the name of a file that are no part of a person's name.
_FILE_WORDS = {"andil", "lahan", "kebun", "petak", "garapan", "milik", "punya", "peta", "batas"}
_FILE_WORDS |= {"track", "tracks", "jalur", "gps", "gpx", "kml", "area", "poligon", "polygon"}


def match_members(
    parcels: gpd.GeoDataFrame, register: Register, *, decisions: Sequence[Decision] = ()
) -> gpd.GeoDataFrame:
    """Say whose parcel is whose.

    Parameters
    ----------
    parcels
        The parcel table.
    register
        The member list.
    decisions
        What a person has decided about doubtful parcels, as `read_decisions` returns it.

    Returns
    -------
    GeoDataFrame
        The parcels with ``household``, ``member`` and ``match`` filled in: ``id`` where the
        register states the parcel's code, ``name`` where exactly one household of the group has
        the name, or has it of two words or more in the old spelling or with other spaces,
        ``decided`` where a person has said so, ``doubtful`` where a person must decide
        (left as it was), ``none`` where nobody fits.

    Notes
    -----
    A parcel without a name is looked for by the name of its file; that is sure only where the
    file holds no second such parcel.
    """
    table = register.table
    found = list(_find_all(parcels, register, decisions))
    sure = [pairing.place for pairing in found]
    return parcels.assign(
        household=_taken(sure, table["household"], parcels["household"]),
        member=_taken(sure, table["name"], parcels["member"]),
        match=[pairing.how for pairing in found],
    )


def doubtful_matches(
    parcels: gpd.GeoDataFrame, register: Register, *, decisions: Sequence[Decision] = ()
) -> pd.DataFrame:
    """List the parcels whose farmer is not sure, with every member it may be.

    Parameters
    ----------
    parcels
        The parcel table as it was before `match_members`: names as the files say them.
    register
        The member list.
    decisions
        What has been decided already; it stands in ``choice``, so that the list is always whole.

    Returns
    -------
    DataFrame
        One row for each parcel and candidate, columns `PAIR_COLUMNS`; no NIK, KK or phone.
    """
    answers = Answers(register, decisions)
    names, groups, lines = (register.table[c].tolist() for c in ("name", "group", "row"))
    rows = []
    found = _find_all(parcels, register, ())
    columns = (parcels["parcel_id"], parcels["group"], _names_said(parcels))
    for parcel_id, group, member, pairing in zip(*columns, found, strict=True):
        for place in pairing.candidates:
            similarity_pct = _similarity_pct(pairing.name, names[place])
            candidate = (names[place], groups[place], lines[place], similarity_pct)
            choice = answers.choice(parcel_id, member, place)
            rows.append((parcel_id, group, member, *candidate, pairing.reason, choice))
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def note_lost_decisions(
    parcels: gpd.GeoDataFrame, register: Register, decisions: Sequence[Decision]
) -> Register:
    """Return the register with a repair on record for each decision that no longer counts.

    A decision counts while the parcel bears the same name, the member is on the list, the answer
    is yes or no, and no second yes names another household.
    """
    answers = Answers(register, decisions)
    names = dict(zip(parcels["parcel_id"], map(fold_name, _names_said(parcels)), strict=True))
    lost = tuple(
        Repair(
            source=decision.source,
            feature=f"row {decision.line}",
            rule=rule,
            facts={"parcel": decision.parcel_id, "candidate": decision.candidate},
        )
        for decision in decisions
        if (rule := answers.fault(decision, names))
    )
    return replace(register, repairs=register.repairs + lost)


def _find_all(
    parcels: gpd.GeoDataFrame, register: Register, decisions: Sequence[Decision]
) -> Iterator[Pairing]:
    index, answers = RegisterIndex(register.table), Answers(register, decisions)
    columns = (parcels["parcel_id"], parcels["group"], _names_said(parcels))
    for parcel_id, group, member, alone in zip(*columns, _stands_alone(parcels), strict=True):
        pairing = index.find(parcel_id, group, member)
        if pairing.how == "name" and pairing.place is not None and not alone:
            candidates = (pairing.place,)
            pairing = Pairing("doubtful", None, candidates, "file_name", fold_name(member))
        if pairing.how == "doubtful":
            pairing = answers.settle(parcel_id, member, pairing)
        yield pairing


def _names_said(parcels: gpd.GeoDataFrame) -> list[str]:
    """Return the name of each parcel's farmer, from the name of the file where nothing says it."""
    columns = (parcels["member"], parcels["source"])
    return [
        str(member) or _name_of_file(str(source)) for member, source in zip(*columns, strict=True)
    ]


def _name_of_file(source: str) -> str:
    _, person = code_and_person(PurePosixPath(source).stem)
    letters = re.findall(r"[^\W\d_]+", person)
    return " ".join(word for word in letters if word.casefold() not in _FILE_WORDS)


def _stands_alone(parcels: gpd.GeoDataFrame) -> list[bool]:
    """Tell of each parcel whether it has a name, or is the only one of its file without."""
    nameless = parcels["member"] == ""
    count = parcels["source"].where(nameless).map(parcels["source"][nameless].value_counts())
    return [bool(alone) for alone in ~nameless | (count == 1)]


def _similarity_pct(folded: str, name: str) -> float:
    from rapidfuzz import fuzz

    return round(fuzz.ratio(folded, fold_name(name)), 1)


def _taken(
    rows: Iterable[int | None], known: pd.Series[str], otherwise: Iterable[str]
) -> Iterator[str] | list[str]:
    values = known.tolist()
    return [
        other if row is None else values[row] for row, other in zip(rows, otherwise, strict=True)
    ]
