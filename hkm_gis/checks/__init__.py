"""The catalogue of checks: what can be wrong with the land and its papers."""

from __future__ import annotations

from collections.abc import Iterable

from hkm_gis.acceptance import settle
from hkm_gis.checks.boundary_not_followed import boundary_not_followed
from hkm_gis.checks.boundary_too_near import boundary_too_near
from hkm_gis.checks.coordinates_misplaced import coordinates_misplaced
from hkm_gis.checks.corner_too_sharp import corner_too_sharp
from hkm_gis.checks.definition import Check
from hkm_gis.checks.edge_too_short import edge_too_short
from hkm_gis.checks.feature_irregular import feature_irregular
from hkm_gis.checks.feature_unreadable import feature_unreadable
from hkm_gis.checks.file_not_a_map import file_not_a_map
from hkm_gis.checks.forest_area_differs import forest_area_differs
from hkm_gis.checks.forest_function_not_allowed import forest_function_not_allowed
from hkm_gis.checks.gap_between_parcels import gap_between_parcels
from hkm_gis.checks.group_border_unsure import group_border_unsure
from hkm_gis.checks.groups_overlap import groups_overlap
from hkm_gis.checks.household_error_unknown import household_error_unknown
from hkm_gis.checks.household_size_unsure import household_size_unsure
from hkm_gis.checks.household_too_large import household_too_large
from hkm_gis.checks.household_without_parcel import household_without_parcel
from hkm_gis.checks.land_claimed_by_others import land_claimed_by_others
from hkm_gis.checks.land_not_cultivated import land_not_cultivated
from hkm_gis.checks.land_outside_piaps import land_outside_piaps
from hkm_gis.checks.member_irregular import member_irregular
from hkm_gis.checks.member_unreadable import member_unreadable
from hkm_gis.checks.members_overlap import members_overlap
from hkm_gis.checks.members_too_few import members_too_few
from hkm_gis.checks.members_too_many import members_too_many
from hkm_gis.checks.parcel_among_another_group import parcel_among_another_group
from hkm_gis.checks.parcel_crosses_boundary import parcel_crosses_boundary
from hkm_gis.checks.parcel_in_pieces import parcel_in_pieces
from hkm_gis.checks.parcel_outside_forest import parcel_outside_forest
from hkm_gis.checks.parcel_pinched import parcel_pinched
from hkm_gis.checks.parcel_size_unusual import parcel_size_unusual
from hkm_gis.checks.parcel_too_narrow import parcel_too_narrow
from hkm_gis.checks.parcel_twice import parcel_twice
from hkm_gis.checks.parcel_with_hole import parcel_with_hole
from hkm_gis.checks.parcel_without_household import parcel_without_household
from hkm_gis.checks.point_not_a_parcel import point_not_a_parcel
from hkm_gis.checks.recap_cell_unsure import recap_cell_unsure
from hkm_gis.checks.recap_total_wrong import recap_total_wrong
from hkm_gis.checks.shape_repaired import shape_repaired
from hkm_gis.checks.shape_untidy import shape_untidy
from hkm_gis.checks.side_not_walked import side_not_walked
from hkm_gis.checks.slope_too_steep import slope_too_steep
from hkm_gis.checks.stated_area_differs import stated_area_differs
from hkm_gis.checks.stated_households_differ import stated_households_differ
from hkm_gis.checks.walk_crosses_itself import walk_crosses_itself
from hkm_gis.checks.walk_not_closed import walk_not_closed
from hkm_gis.checks.walk_untidy import walk_untidy
from hkm_gis.checks.work_area_scattered import work_area_scattered
from hkm_gis.checks.work_area_too_large import work_area_too_large
from hkm_gis.errors import CheckError
from hkm_gis.report import Finding, Report, Severity
from hkm_gis.survey import Survey

__all__ = ["CHECKS", "Check", "check", "find_check"]

CHECKS: tuple[Check, ...] = (
    feature_unreadable,  # S01
    file_not_a_map,  # S02
    coordinates_misplaced,  # S03
    feature_irregular,  # S04
    point_not_a_parcel,  # S05
    walk_not_closed,  # W01
    walk_crosses_itself,  # W02
    walk_untidy,  # W03
    side_not_walked,  # W04
    shape_repaired,  # P01
    parcel_size_unusual,  # P02
    shape_untidy,  # P03
    parcel_with_hole,  # P04
    parcel_in_pieces,  # P05
    parcel_too_narrow,  # P06
    parcel_pinched,  # P07
    corner_too_sharp,  # P08
    edge_too_short,  # P09
    slope_too_steep,  # P10
    land_not_cultivated,  # P11
    parcel_outside_forest,  # B01
    parcel_crosses_boundary,  # B02
    forest_area_differs,  # B03
    boundary_too_near,  # B04
    boundary_not_followed,  # B05
    forest_function_not_allowed,  # B06
    groups_overlap,  # O01
    members_overlap,  # O02
    parcel_twice,  # O03
    gap_between_parcels,  # O04
    parcel_among_another_group,  # O05
    work_area_scattered,  # O06
    land_claimed_by_others,  # O07
    land_outside_piaps,  # O08
    group_border_unsure,  # O09
    parcel_without_household,  # H01
    household_without_parcel,  # H02
    household_too_large,  # H03
    member_unreadable,  # H04
    member_irregular,  # H05
    household_size_unsure,  # H06
    household_error_unknown,  # H07
    members_too_few,  # D01
    work_area_too_large,  # D02
    members_too_many,  # D03
    stated_area_differs,  # D04
    stated_households_differ,  # D05
    recap_total_wrong,  # D10
    recap_cell_unsure,  # D11
)
"""Every check, in the order of running and printing; a code is for ever."""

_GRAVEST_FIRST = tuple(Severity)


def check(survey: Survey, *, only: Iterable[str] | None = None) -> Report:
    """Run the checks over a survey.

    Parameters
    ----------
    survey
        Everything read for one job, as `open_survey` returns it.
    only
        Codes (``O01``) or names (``groups-overlap``) of the checks to run; all when None.

    Returns
    -------
    Report
        The findings in the order of `CHECKS`, within a check the gravest first and then in
        reading order. A finding that the project accepts is there too, with status accepted;
        acceptances that no longer hold are in ``lapsed``.

    Raises
    ------
    CheckError
        No check has one of the codes in ``only``.

    Examples
    --------
    A code that was never given out is an error, not an empty report:

    >>> check(None, only=["O99"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    hkm_gis.errors.CheckError: ...
    """
    wanted = None if only is None else {find_check(code).code for code in only}
    chosen = [one for one in CHECKS if wanted is None or one.code in wanted]
    findings = [found for one in chosen for found in sorted(one.find(survey), key=_gravity)]
    # Of a check that did not run nobody knows whether its acceptances still hold.
    codes = {one.code for one in chosen}
    accepted = [a for a in survey.project.accepted if a.code in codes]
    return settle(findings, accepted, survey.parcels)


def find_check(code: str) -> Check:
    """Return the check with this code or name, in capitals or not.

    Raises
    ------
    CheckError
        No check has it.

    Examples
    --------
    >>> find_check("o01").name, find_check("groups-overlap").code
    ('groups-overlap', 'O01')
    """
    for one in CHECKS:
        if code.casefold() in (one.code.casefold(), one.name):
            return one
    raise CheckError("check_unknown", code=code, known=tuple(one.code for one in CHECKS))


def _gravity(finding: Finding) -> int:
    return _GRAVEST_FIRST.index(finding.severity)
