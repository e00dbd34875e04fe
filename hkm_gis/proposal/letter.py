"""What a letter of a group can say: names, hectares, numbers, and blanks for what is not known."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import shapely

from hkm_gis.digest import digest_of
from hkm_gis.exports.names import one_line
from hkm_gis.members import fold_group
from hkm_gis.plane import M2_PER_HA, reproject
from hkm_gis.privacy import redact
from hkm_gis.proposal.blocks import BLOCK_GAP_M, Block, list_blocks
from hkm_gis.report import Report
from hkm_gis.survey import Survey
from hkm_gis.text import number, phrase, say, written_date

__all__ = ["Letter"]


@dataclass(frozen=True)
class Letter:
    """One letter of one group: what it is about, in which language."""

    name: str
    survey: Survey
    found: Report
    group: str
    lang: str

    def say(self, part: str) -> str:
        """Return the words ``drafts.<name>.<part>`` with the facts of the letter."""
        return say(f"drafts.{self.name}.{part}", self.lang, **self.facts)

    def blank(self, what: str) -> str:
        """Return the mark for something that people must fill in."""
        return say("drafts.fill", self.lang, what=phrase(f"drafts.what.{what}", self.lang))

    def known(self, value: str, what: str) -> str:
        """Return ``value``, or a blank where nobody said it."""
        return redact(value).strip() or self.blank(what)

    @cached_property
    def parcels(self) -> gpd.GeoDataFrame:
        """The parcels of the group."""
        return self.survey.parcels[self.survey.parcels["group"] == self.group]

    @cached_property
    def area_ha(self) -> float:
        """Hectares of the union of the parcels, as the sheets state them."""
        return digest_of(self.parcels).area_ha

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of land of the group."""
        return list_blocks(self.survey, self.group)

    @cached_property
    def facts(self) -> dict[str, object]:
        """Everything that the texts name."""
        parcels = self.parcels
        households = [h for h in dict.fromkeys(parcels["household"]) if h]
        communal = parcels[parcels["communal"].to_numpy(bool)]
        return {
            **self._names(),
            "members": self._members(),
            "households": len(households),
            "parcels": len(parcels),
            "area_ha": self.area_ha,
            "utm_ha": self._utm_ha(),
            "mean_ha": self.area_ha / len(households) if households else math.nan,
            "communal_ha": float(communal["area_ha"].sum()),
            "gap_m": int(BLOCK_GAP_M),
            "commodities": self._commodities(parcels["commodity"]),
            "cover_note": self._cover_note(),
            "limit": self._limit(),
            "regulation": self.survey.regulation.title,
        }

    def _names(self) -> dict[str, str]:
        project = self.survey.project
        group, place, forest = project.group(self.group), project.place, self.survey.forest
        named = {
            "pekon": group.pekon or place.pekon,
            "kecamatan": group.kecamatan or place.kecamatan,
            "kabupaten": place.kabupaten,
            "provinsi": place.provinsi,
            "das": place.das,
            "kph": place.kph,
            "ketua": group.ketua,
            "kepala_pekon": group.kepala_pekon,
            "forest": "" if forest is None else forest.name,
        }
        return {"group": redact(self.group)} | {
            what: self.known(value, what) for what, value in named.items()
        }

    def _members(self) -> str:
        register = self.survey.register
        groups = [] if register is None else [fold_group(str(g)) for g in register.table["group"]]
        count = groups.count(fold_group(self.group))
        return number(count, self.lang, 0) if count else self.blank("members")

    def _utm_ha(self) -> float:
        land = reproject(self.parcels.geometry.to_numpy(), 4326, self.survey.project.crs_epsg)
        return float(shapely.union_all(land).area) / M2_PER_HA

    def _commodities(self, told: Iterable[str]) -> str:
        words = (w.strip() for text in told for w in redact(one_line(text)).split(","))
        known = dict.fromkeys(filter(None, words))
        return ", ".join(known) or phrase("drafts.commodities_unknown", self.lang)

    def _cover_note(self) -> str:
        raster = self.survey.project.landcover
        if raster is None:
            return say("drafts.blocks.none", self.lang)
        facts = {key: getattr(raster, key) or "–" for key in ("source", "version")}
        date = written_date(raster.date, self.lang) or "–"
        return say("drafts.blocks.source", self.lang, date=date, **facts)

    def _limit(self) -> str:
        own = self.survey.project.household_max_ha
        if own is None:
            return phrase("drafts.limit_unknown", self.lang)
        return say("drafts.limit", self.lang, limit_ha=own)
