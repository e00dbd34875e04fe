"""What may leave the office: the public columns of each table, no identity number in any text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath
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
    "PUBLIC_FACTS",
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

PUBLIC_FACTS = frozenset(
    (
        *("parcel", "parcel_a", "parcel_b", "parcels", "household", "household_a", "household_b"),
        *("group", "group_a", "group_b", "groups", "other_group", "kind", "function", "allowed"),
        *("confidence", "limit_source", "layer", "layer_version", "layer_date", "holder", "paper"),
        *("forest", "stated_source", "rule", "reason", "column", "district", "printed", "summed"),
        *("off", "certainty", "what", "allow", "from_x", "from_y", "places", "rows", "place"),
    )
)
"""Texts of a finding that a public output may tell; a number always may. What is not named here
was typed by somebody into a file of the field: a name, a cell, the name of the file itself."""


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


# Sixteen digits, as NIK and KK number have, typed in one piece or with a space, dot, dash, slash
# or low line between any two. The first two stand together, as no decimal number below ten has
# them.
_BETWEEN = r"(?: [\-–—] |[ \u00a0.\-–—/_])?"
_IDENTITY = re.compile(rf"(?<!\d)(?<!\d[.,])\d{{2}}(?:{_BETWEEN}\d){{14}}(?![.,]?\d)")
# A mobile number: 08xx or 62 8xx and 10 to 13 digits in all, the first four perhaps in brackets;
# or as a spreadsheet leaves it that took it for a number: 8xx and 10 to 12 digits in one piece.
_PHONE = re.compile(
    rf"(?<![\d.,])(?:\+?62{_BETWEEN}|\(?0)8[1-9]\d?\)?(?:{_BETWEEN}\d){{7,10}}(?!\d)"
    r"|(?<![\w.,])8[1-9]\d{8,10}(?!\w|[.,]\d)"
)
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

    Parcels and households keep their code unless it holds an identity number, or, where names are
    hidden, the name of a person.
    """

    parcels: Mapping[str, str]
    households: Mapping[str, str]
    names: _Names | None = None
    """None where names may stand: on signed papers and in the copy of the office."""

    def text(self, words: str) -> str:
        """Return ``words`` without identity numbers and hidden names."""
        return redact(self.names.hidden_in(words) if self.names else words)

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
        """Return ``finding`` with codes, texts and places as the public sees them."""
        parcels = tuple(self.parcel(p) for p in finding.parcels)
        facts = finding.facts if self.names is None else _without_files(finding.facts, parcels)
        is_hidden = self.names is not None and finding.code in _PLACES_OF_PEOPLE
        return replace(
            finding,
            where=None if is_hidden else finding.where,
            parcels=parcels,
            groups=tuple(redact(g) for g in finding.groups),
            facts={name: self._fact(name, value) for name, value in facts.items()},
        )

    def _fact(self, name: str, value: Fact) -> Fact:
        if isinstance(value, tuple):
            return tuple(self._word(name, v) for v in value)
        return self._word(name, value) if isinstance(value, str) else value

    def _word(self, name: str, value: str) -> str:
        if self.names is not None and name not in {*PUBLIC_FACTS, "source", "feature"}:
            return MARK if value.strip(" –-") else value
        if name.startswith("household"):
            return self.households.get(value) or self.text(value)
        if name.startswith("parcel"):
            return self.parcel(value)
        return redact(value) if name.startswith("group") else self.text(value)


_PLACES_OF_PEOPLE = frozenset({"S05"})
"""Findings about a lone mark: what people mark beside their land is a house, a spring, a grave."""


def _without_files(facts: Mapping[str, Fact], parcels: tuple[str, ...]) -> dict[str, Fact]:
    """Return facts that name a parcel by its code, or else a file by its kind alone.

    People name their files, folders and tracks after themselves and each other.
    """
    if not {"feature", "district"} & facts.keys():
        return dict(facts)  # a "source" without a place in it is that of a regulation
    label = _LABEL.match(str(facts.get("feature", "")))
    feature = label[1] if label and not parcels else ""
    source = ", ".join(parcels) or MARK + PurePosixPath(str(facts["source"])).suffix[:9]
    place = " · ".join(filter(None, (source, feature)))
    return {**facts, "place": place, "source": source, "feature": feature}


# ``track 2 "Budi"`` is track 2, ``sheet "Melati" row 6`` is row 6
_LABEL = re.compile(r'(?s)(?:sheet ".*" (?=\w+ \d))?([a-z]+ \d+)')


def disguise(survey: Survey, *, hide_names: bool = True) -> Disguise:
    """Return the codes under which the parcels of ``survey`` appear in public.

    Parameters
    ----------
    survey
        What was read.
    hide_names
        False on a signed paper, where names stand: then only identity numbers are hidden.
    """
    parcels = survey.everybody
    names = _names(survey) if hide_names else None
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
    return Disguise(codes, households, names)


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


def _names(survey: Survey) -> _Names:
    written = set(survey.everybody["member"])
    if survey.register is not None:
        written |= set(survey.register.table["name"])
    return _Names.of(n for n in written if isinstance(n, str) and len(n.strip()) > 1)


def _tells(code: str, names: _Names | None) -> bool:
    return redact(code) != code or (names is not None and names.hidden_in(code) != code)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of persons as their words, in small letters."""

    known: frozenset[tuple[str, ...]]
    longest: int

    @classmethod
    def of(cls, names: Iterable[str]) -> _Names:
        known = frozenset(tuple(word for _, _, word in _words(name)) for name in names) - {()}
        return cls(known, max(map(len, known), default=0))

    def hidden_in(self, text: str) -> str:
        """Return ``text`` with a mark for each name, whatever signs stand between its words."""
        words, kept, at, done = _words(text), [], 0, 0
        while at < len(words):
            size = self._size_of_name(words[at : at + self.longest])
            if size:
                kept += [text[done : words[at][0]], MARK]
                done = words[at + size - 1][1]
            at += size or 1
        return "".join([*kept, text[done:]])

    def _size_of_name(self, words: list[tuple[int, int, str]]) -> int:
        said = tuple(word for _, _, word in words)
        return next((n for n in range(len(said), 0, -1) if said[:n] in self.known), 0)


def _words(text: str) -> list[tuple[int, int, str]]:
    return [(m.start(), m.end(), m[0].casefold()) for m in re.finditer(r"[^\W_]+", text)]
