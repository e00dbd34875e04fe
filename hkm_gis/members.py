"""The member register, and whose parcel is whose."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hkm_gis.record import Rejection, Repair

__all__ = ["MEMBER_COLUMNS", "Register"]

MEMBER_COLUMNS = (
    "member_id",  # unique text
    "name",  # as written
    "nik",  # identity number as text, "" where missing   (private)
    "kk",  # family card number as text, "" where missing (private)
    "household",  # code of the household, the same for one kk; safe to print
    "group",
    "pekon",
    "phone",  # (private)
    "parcel_ids",  # tuple of parcel codes the register states for the member
    "source",
    "row",  # int, row of the sheet as Excel counts
)


@dataclass(frozen=True, slots=True)
class Register:
    """The member list of one or more groups; private columns never leave the office."""

    table: pd.DataFrame
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[Rejection, ...] = ()
