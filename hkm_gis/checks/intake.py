"""What happened to a feature on its way in, told by the one check that owns it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import geopandas as gpd

from hkm_gis.checks.definition import Check
from hkm_gis.record import Fact, Rejection, Remark, Repair
from hkm_gis.report import Finding
from hkm_gis.survey import Survey
from hkm_gis.thresholds import Thresholds

__all__ = [
    "CODE_OF_RULE",
    "OTHER_REPAIR",
    "code_of_refusal",
    "code_of_repair",
    "parcels_of",
    "refused",
    "repaired",
    "tell_refused",
    "tell_repaired",
]

# The check that speaks of each repair; gaps are told apart by their length.
CODE_OF_RULE = {
    "swap_axes": "S03",
    "restore_sign": "S03",
    "restore_southing": "S03",
    "change_zone": "S03",
    "assume_crs": "S03",
    "read_degrees_minutes": "S03",
    "far_degrees": "S03",
    "far_metres": "S03",
    "far_with_doubt": "S03",
    "outside_indonesia": "S03",
    "cut_crossing": "W02",
    "cut_tail": "W03",
    "cut_lap": "W03",
    "drop_crowded": "W03",
    "drop_inaccurate": "W03",
    "poor_fixes": "W03",
    "drop_jump": "W03",
    "drop_resting": "W03",
    "guess_side": "W04",
    "split_walk": "W03",
    "make_valid": "P01",
    "mend_holes": "P01",
    "join_parts": "P01",
    "undo_double_line": "P01",
    "close_ring": "P03",
    "drop_lines": "P03",
    "drop_repeated_points": "P03",
    "drop_marks": "P03",
    "drop_empty_position": "P03",
    "shift_datum": "S04",
    "read_by_content": "S04",
    "letters_guessed": "S04",
    "answers_joined": "S04",
    "prj_missing": "S04",
    "arcs_as_lines": "S04",
}
OTHER_REPAIR = "S04"
"""Speaks of every repair that no other check owns, so that none is silent."""

_CODES_OF_REFUSALS = frozenset({"S02", "S05", "W01"})
_OTHER_REFUSAL = "S01"


def code_of_repair(repair: Repair | Remark, thresholds: Thresholds) -> str:
    """Return the code of the one check that speaks of ``repair`` (or of a remark)."""
    if repair.rule in ("close_gap", "join_segments"):
        # Ends nearer than three GPS errors count as closed: no open walk, only an untidy one.
        gap_m = repair.facts.get("gap_m", 0.0)
        is_open = isinstance(gap_m, (int, float)) and gap_m > thresholds.closing_gap_note_m
        return "W01" if is_open else "W03"
    return CODE_OF_RULE.get(repair.rule, OTHER_REPAIR)


def code_of_refusal(rejection: Rejection) -> str:
    """Return the code of the one check that speaks of ``rejection``."""
    return rejection.code if rejection.code in _CODES_OF_REFUSALS else _OTHER_REFUSAL


def repaired(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield the repairs and remarks that ``check`` speaks of, with the parcels they concern."""
    told: list[Repair | Remark] = [*survey.intake.repairs, *survey.intake.remarks]
    mine = [r for r in told if code_of_repair(r, survey.thresholds) == check.code]
    parcels = parcels_of(mine, survey.parcels)
    for repair in mine:
        ids, groups = parcels[repair.source, repair.feature]
        groups = groups or _owner(repair, survey)
        yield replace(tell_repaired(check, repair), parcels=ids, groups=groups)


def refused(check: Check, survey: Survey) -> Iterator[Finding]:
    """Yield the refused features that ``check`` speaks of."""
    for rejection in survey.intake.rejected:
        if code_of_refusal(rejection) == check.code:
            yield replace(tell_refused(check, rejection), groups=_owner(rejection, survey))


def _owner(record: Repair | Remark | Rejection, survey: Survey) -> tuple[str, ...]:
    """Return the group whose folder the file lies in: it stands in the way of that group alone."""
    group = survey.group_of(record.source)
    return (group,) if group else ()


def tell_repaired(check: Check, repair: Repair | Remark) -> Finding:
    """Return one repair or remark as a finding; its words are those of its rule."""
    facts = dict(repair.facts) | _facts(repair) | {"rule": repair.rule}
    return check.finding(where=repair.where, facts=facts)


def tell_refused(check: Check, rejection: Rejection) -> Finding:
    """Return one refusal as a finding; its words are those of its reason."""
    facts = dict(rejection.facts) | _facts(rejection) | {"reason": rejection.reason}
    return check.finding(where=rejection.where, facts=facts)


def _facts(record: Repair | Remark | Rejection) -> dict[str, Fact]:
    place = " · ".join(filter(None, (record.source, record.feature)))
    return {"place": place, "source": record.source, "feature": record.feature}


_Names = tuple[tuple[str, ...], tuple[str, ...]]


def parcels_of(
    repairs: Iterable[Repair | Remark], parcels: gpd.GeoDataFrame
) -> dict[tuple[str, str], _Names]:
    """Return by source and feature the ids and groups of the parcels that became of it."""
    wanted = {(r.source, r.feature) for r in repairs}
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    if wanted:
        columns = (parcels[c] for c in ("source", "feature", "parcel_id", "group"))
        for source, feature, parcel, group in zip(*columns, strict=True):
            for key in {(source, feature), (source, _unsplit(feature))} & wanted:
                found[key].append((parcel, group))
    return {key: _names(found[key]) for key in wanted}


def _unsplit(feature: str) -> str:
    # A walk that holds several parcels becomes "track 1 (1)", "track 1 (2)" ...
    head, _, number = feature.rpartition(" (")
    return head if head and number[:-1].isdigit() and number.endswith(")") else feature


def _names(found: list[tuple[str, str]]) -> _Names:
    return tuple(p for p, _ in found), tuple(dict.fromkeys(g for _, g in found))
