"""What may leave the office: the public columns of each table, no identity number in any text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

from hkm_gis.digest import Digest
from hkm_gis.record import Fact
from hkm_gis.report import Finding

if TYPE_CHECKING:  # only named in signatures
    from hkm_gis.survey import Survey

__all__ = [
    "MARK",
    "MEMBER_FACTS",
    "PUBLIC_COLUMNS",
    "Disguise",
    "disguise",
    "find_identity_numbers",
    "member_facts",
    "public_columns",
    "public_digest",
    "redact",
]

MARK = "[***]"
"""Stands where an identity number or a name was, so that a reader sees something is missing."""

PUBLIC_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "parcels": (
        "parcel_id",
        "group",
        "household",
        "kind",
        "area_ha",
        "utm_ha",
        "uncertainty_ha",
        "outside_ha",
        "near_boundary",
        "geometry",
    ),
    "overlaps": (
        "parcel_a",
        "parcel_b",
        "group_a",
        "group_b",
        "household_a",
        "household_b",
        "area_m2",
        "area_ha",
        "share_a",
        "share_b",
        "width_m",
        "kind",
        "geometry",
    ),
    "households": (
        "group",
        "household",
        "parcels",
        "gross_ha",
        "outside_ha",
        "disputed_ha",
        "sliver_ha",
        "net_ha",
        "uncertainty_ha",
        "cultivated_ha",
    ),
    "recap": (
        "parcel_id",
        "group",
        "household",
        "parcels",
        "households",
        "gross_ha",
        "outside_ha",
        "disputed_ha",
        "sliver_ha",
        "net_ha",
        "uncertainty_ha",
        "cultivated_ha",
    ),
    "findings": (
        "code",
        "name",
        "severity",
        "status",
        "accepted",
        "parcels",
        "groups",
        "message",
        "fix",
        "geometry",
    ),
}
"""Everything that a public output may carry; a column that is not named here stays inside."""

MEMBER_FACTS = ("member", "nik", "kk")
"""What ``--private`` adds to each parcel and household, in this order."""


def public_columns(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return only the columns of ``table`` that may leave the office, texts redacted.

    Parameters
    ----------
    table
        Any table; columns that it lacks are left out.
    kind
        Which allow-list holds: ``parcels``, ``overlaps``, ``households`` or ``findings``.

    Returns
    -------
    pandas.DataFrame
        Allow-listed columns in the order of the list; a GeoDataFrame stays one.

    Examples
    --------
    >>> table = pd.DataFrame({"nik": ["1806051201800001"], "parcel_id": ["A1"]})
    >>> list(public_columns(table, "parcels"))
    ['parcel_id']
    """
    kept = table[[c for c in PUBLIC_COLUMNS[kind] if c in table.columns]].copy()
    for column in kept.columns:
        if column != "geometry" and not pd.api.types.is_numeric_dtype(kept[column]):
            kept[column] = [redact(v) if isinstance(v, str) else v for v in kept[column]]
    return kept


# Sixteen digits, as NIK and KK number have, typed in one piece or with one space, dot, dash or
# slash between any two. The first two stand together, as no decimal number below ten has them.
_IDENTITY = re.compile(r"(?<!\d)(?<!\d[.,])\d{2}(?:[ .\-–/]?\d){14}(?![.,]?\d)")
# A mobile number: 08xx or 62 8xx and 10 to 13 digits in all.
_PHONE = re.compile(r"(?<![\d.,])(?:\+?62[ .\-]?|0)8[1-9](?:[ .\-]?\d){7,10}(?!\d)")
# Degrees, hectares, square metres or a northing (seven digits) with all decimals are no identity
# number; one with a dot has it behind the six digits of the region.
_DECIMAL = re.compile(r"(?:\d{1,5}|\d{7})\.\d+")
_FINGERPRINT = re.compile(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{32,}\b")


def redact(text: str) -> str:
    """Return ``text`` with every identity and phone number replaced by a visible mark.

    Examples
    --------
    >>> redact("Pak Budi 1806 0512 0180 0001, 104.65 BT")
    'Pak Budi [***], 104.65 BT'
    """
    for pattern in (_IDENTITY, _PHONE):
        text = pattern.sub(lambda m: m[0] if _DECIMAL.fullmatch(m[0]) else MARK, text)
    return text


def public_digest(digest: Digest) -> Digest:
    """Return ``digest`` without the numbers of persons in the names of its groups and parcels."""
    groups, parcels = (tuple(map(redact, names)) for names in (digest.groups, digest.parcels))
    return replace(digest, groups=groups, parcels=parcels)


def find_identity_numbers(data: bytes | str) -> tuple[str, ...]:
    """Return every identity or phone number in ``data``, in the order in which it stands.

    Parameters
    ----------
    data
        A text, or the bytes of a file; the files inside a ZIP (XLSX, KMZ) are searched too.

    Examples
    --------
    >>> find_identity_numbers(b"lat -5.4201234567890123")
    ()
    >>> find_identity_numbers("HP 0812-3456-7890")
    ('0812-3456-7890',)
    """
    return tuple(number for text in _texts(data) for number in _numbers(text))


def _texts(data: bytes | str) -> Iterable[str]:
    if isinstance(data, str):
        yield data
        return
    yield data.decode("latin-1")
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _texts(archive.read(name))


def _numbers(text: str) -> list[str]:
    text = _FINGERPRINT.sub("", text)
    found = [(m.start(), m[0]) for p in (_IDENTITY, _PHONE) for m in p.finditer(text)]
    return [number for _, number in sorted(found) if not _DECIMAL.fullmatch(number)]


@dataclass(frozen=True, slots=True)
class Disguise:
    """The codes under which parcels and households appear in public, and the names to hide.

    Parcels and households keep their code unless it is an identity number, or, where names are
    hidden, the name of a person.
    """

    parcels: Mapping[str, str]
    households: Mapping[str, str]
    names: re.Pattern[str] | None = None

    def text(self, words: str) -> str:
        """Return ``words`` without identity numbers and hidden names."""
        return redact(self.names.sub(MARK, words) if self.names else words)

    def parcel(self, code: str) -> str:
        """Return the public code of a parcel."""
        return self.parcels.get(code) or redact(code)

    def table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return ``table`` with the codes of parcels and households as the public sees them."""
        changed = {
            column: [codes.get(v, v) for v in table[column]]
            for codes, columns in (
                (self.parcels, ("parcel_id", "parcel_a", "parcel_b")),
                (self.households, ("household", "household_a", "household_b")),
            )
            for column in columns
            if column in table.columns
        }
        return table.assign(**changed)

    def finding(self, finding: Finding) -> Finding:
        """Return ``finding`` with codes and texts as the public sees them."""
        return replace(
            finding,
            parcels=tuple(self.parcel(p) for p in finding.parcels),
            groups=tuple(redact(g) for g in finding.groups),
            facts={name: self._fact(name, value) for name, value in finding.facts.items()},
        )

    def _fact(self, name: str, value: Fact) -> Fact:
        if isinstance(value, tuple):
            return tuple(self._word(name, v) for v in value)
        return self._word(name, value) if isinstance(value, str) else value

    def _word(self, name: str, value: str) -> str:
        if name.startswith("household"):
            return self.households.get(value) or self.text(value)
        if name.startswith("parcel"):
            return self.parcel(value)
        return redact(value) if name.startswith("group") else self.text(value)


def disguise(survey: Survey, *, hide_names: bool = True) -> Disguise:
    """Return the codes under which the parcels of ``survey`` appear in public.

    Parameters
    ----------
    survey
        What was read.
    hide_names
        False on a signed paper, where names stand: then only identity numbers are hidden.
    """
    parcels = survey.parcels
    names = _names(survey) if hide_names else frozenset()
    ids = [str(p) for p in parcels["parcel_id"]]
    # Rows are those of the whole survey, so that a part of it gives a parcel the same code.
    codes = {
        code: f"andil-{row + 1}" if _tells(code, names) else code
        for row, code in zip(parcels.index, ids, strict=True)
    }
    households: dict[str, str] = {}
    for household, parcel in zip(parcels["household"], ids, strict=True):
        hidden = _tells(str(household), names)
        households.setdefault(household, f"kk-{codes[parcel]}" if hidden else household)
    return Disguise(codes, households, _pattern(names))


def member_facts(survey: Survey) -> pd.DataFrame:
    """Return name, NIK and KK number of the member of each parcel: never for the public.

    Returns
    -------
    pandas.DataFrame
        One row a parcel, columns `MEMBER_FACTS`, texts; empty where the register says nothing.
    """
    parcels = survey.parcels
    known = {} if survey.register is None else _by_parcel_and_name(survey.register.table)
    rows = []
    for parcel_id, household, member in zip(
        parcels["parcel_id"], parcels["household"], parcels["member"], strict=True
    ):
        nobody = (member, "", "")
        found = known.get((household, member)) or known.get(parcel_id) or known.get(household)
        rows.append(found or nobody)
    return pd.DataFrame(rows, columns=list(MEMBER_FACTS), index=parcels.index, dtype=object)


def _by_parcel_and_name(table: pd.DataFrame) -> dict[object, tuple[str, str, str]]:
    known: dict[object, tuple[str, str, str]] = {}
    for row in table.to_dict("records"):
        facts = (str(row["name"]), str(row["nik"]), str(row["kk"]))
        for key in ((row["household"], row["name"]), *row["parcel_ids"], row["household"]):
            known.setdefault(key, facts)
    return known


def _names(survey: Survey) -> frozenset[str]:
    written = set(survey.parcels["member"])
    if survey.register is not None:
        written |= set(survey.register.table["name"])
    return frozenset(n.strip() for n in written if isinstance(n, str) and len(n.strip()) > 1)


def _tells(code: str, names: frozenset[str]) -> bool:
    return code.strip() in names or redact(code) != code


def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    longest_first = sorted(names, key=lambda n: (-len(n), n))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
