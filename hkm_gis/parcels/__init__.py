"""The parcel table, and the law read = accepted + repaired + rejected."""

from hkm_gis.parcels.columns import PARCEL_COLUMNS, digests, fingerprint, require_columns
from hkm_gis.parcels.intake import (
    Intake,
    nothing_read,
    read_parcels,
    take_in,
    take_in_files,
)
from hkm_gis.parcels.naming import code_and_person, in_counting_order

__all__ = [
    "PARCEL_COLUMNS",
    "Intake",
    "code_and_person",
    "digests",
    "fingerprint",
    "in_counting_order",
    "nothing_read",
    "read_parcels",
    "require_columns",
    "take_in",
    "take_in_files",
]
