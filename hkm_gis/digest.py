"""The digest on every sheet: a few letters that change when the land on it changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import geopandas as gpd
import shapely

from hkm_gis.errors import TableError
from hkm_gis.parcels import fingerprint
from hkm_gis.plane import M2_PER_HA, area_m2, round_degrees

__all__ = ["DIGEST_VERSION", "Digest", "digest_of", "parse_digest"]

DIGEST_VERSION = "HKM1"
CODE_LETTERS = 32
"""Of the 64 hexadecimal digits of SHA-256: 128 bits, which nobody can aim at, in half the code."""

_LIST_SIGN = ";"
_FIELD_SIGN = "|"
_LINE = re.compile(
    rf"{DIGEST_VERSION}\|(?P<groups>[^|]*)\|(?P<parcels>[^|]*)\|(?P<count>[0-9]+)"
    rf"\|(?P<area>[0-9]+\.[0-9]{{4}})\|(?P<code>[0-9a-f]{{{CODE_LETTERS}}})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a sheet says of its land in one line, as its QR code holds it.

    ``str()`` of it is the line: version, groups, parcels named, number of parcels, hectares, code,
    with ``|`` between them and ``;`` within a list. `parse_digest` reads it back.

    Attributes
    ----------
    groups
        Names of the groups whose land it covers.
    parcels
        Codes of the parcels, on the sheet of a single parcel or of a pair; empty on the sheet
        of a whole group.
    count
        Number of parcels.
    area_ha
        Hectares of their union (land that two of them share counts once), to 1 m².
    code
        The first 32 hexadecimal digits of `hkm_gis.parcels.fingerprint`, which hashes, for each
        parcel, its code, its group, its corners in degrees to eight decimals (1.1 mm) and its
        area in whole m² as those corners give it. The order of the parcels, the start and the
        direction of a ring do not matter; a corner that moves 1 cm changes it.

    Examples
    --------
    >>> digest = Digest(groups=("Lestari",), count=1, area_ha=1.25, code="0f" * 16)
    >>> str(digest)
    'HKM1|Lestari||1|1.2500|0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f'
    >>> parse_digest(str(digest)) == digest
    True
    """

    groups: tuple[str, ...]
    parcels: tuple[str, ...] = field(default=())
    count: int
    area_ha: float
    code: str

    def __str__(self) -> str:
        names = [_LIST_SIGN.join(map(_quoted, some)) for some in (self.groups, self.parcels)]
        numbers = [str(self.count), f"{self.area_ha:.4f}"]
        return _FIELD_SIGN.join([DIGEST_VERSION, *names, *numbers, self.code])

    @property
    def short(self) -> str:
        """The start of the code in groups of four, for people who compare by eye.

        Sixteen digits between colons cannot be taken for an identity number typed in fours.
        """
        return ":".join(self.code[i : i + 4] for i in range(0, 16, 4))


def digest_of(parcels: gpd.GeoDataFrame, *, named: bool = False) -> Digest:
    """Return the digest of a parcel table.

    Parameters
    ----------
    parcels
        Parcels in EPSG:4326 with ``parcel_id``, ``group`` and ``geometry``.
    named
        Whether the digest names its parcels: so that a sheet of one parcel or of a pair tells
        which of all parcels it must be compared with.
    """
    land = shapely.union_all(round_degrees(parcels.geometry.to_numpy()))
    return Digest(
        groups=tuple(dict.fromkeys(map(str, parcels["group"]))),
        parcels=tuple(map(str, parcels["parcel_id"])) if named else (),
        count=len(parcels),
        area_ha=round(float(area_m2([land])[0]) / M2_PER_HA, 4),
        code=fingerprint(parcels)[:CODE_LETTERS],
    )


def parse_digest(text: str) -> Digest:
    """Read the line of a digest back.

    Raises
    ------
    TableError
        The text is no digest, or of another version.

    Examples
    --------
    >>> parse_digest("HKM1|KTH Rimba%3B Lestari|RL-01|1|0.9800|" + "ab" * 16).groups
    ('KTH Rimba; Lestari',)
    """
    said = _LINE.fullmatch(text.strip())
    if said is None:
        raise TableError("digest_unknown", text=text[:80])
    return Digest(
        groups=_names(said["groups"]),
        parcels=_names(said["parcels"]),
        count=int(said["count"]),
        area_ha=float(said["area"]),
        code=said["code"],
    )


def _quoted(name: str) -> str:
    signs = _FIELD_SIGN + _LIST_SIGN + "%"
    return "".join(c if c.isprintable() and c not in signs else quote(c, safe="") for c in name)


def _names(text: str) -> tuple[str, ...]:
    return tuple(unquote(name) for name in text.split(_LIST_SIGN)) if text else ()
