"""Who farms which land: three groups on the mosaic, and the faults that hide in their maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
import shapely.ops

from make_contoh.boundary import to_utm
from make_contoh.measuring import max_part
from make_contoh.mosaic import Land, lay_out
from make_contoh.people import Member, invent

RIMBA, WANA, SUMBER = "KTH Rimba Lestari", "KTH Wana Makmur", "KTH Sumber Jaya"
PEKON = {RIMBA: "Talang Asri", WANA: "Way Lestari", SUMBER: "Sumber Rejeki"}
KECAMATAN = {RIMBA: "Sumberejo", WANA: "Sumberejo", SUMBER: "Gisting"}

STATED_OF_GROUP = {RIMBA: 48.0, WANA: 56.0, SUMBER: 44.0}
"""Hectares in the papers of each group; those of Rimba Lestari are right."""

MARGIN_M = 50.0
"""Ordinary parcels keep this far inside the forest: twice the uncertainty of its line."""

TRUNCATED, NEVER_CLOSED, NEARLY_CLOSED, KNOTTED = "RL-04", "RL-08", "RL-20", "RL-15"
LEAPT, WAY_IN = "RL-26", "RL-30"
BOW_TIE, UNREGISTERED, TWO_POINTS = "WM-12", "WM-17", "SJ-10"
UNCLOSED, SWAPPED = "WM-22", "WM-31"
SMALL, LARGE, COPY_OF_RIMBA, COPY_OF_SUMBER = "WM-37", "WM-38", "WM-39", "SJ-34"
NARROW, AMONG_SUMBER, WAS_OF_SUMBER = "WM-40", "WM-41", "SJ-17"
"""A strip along the path, and a parcel that lies in the middle of Sumber Jaya."""
HOLED, IN_PIECES, PINCHED, THORNY, CLICKED_TWICE = "WM-28", "WM-30", "WM-15", "WM-02", "SJ-28"
BARE, STEEP = "WM-10", "SJ-31"
BESIDE_A_GAP = ("SJ-23", "SJ-24")
"""The first of them was measured from the wrong side of a strip of `GAP_M`."""
GAP_M = 27.0
APART = frozenset({SMALL, LARGE, NARROW, AMONG_SUMBER})
"""Parcels that somebody has besides his own."""
STRANGER = "Bagus Wicaksana"
MISTYPED = "RL-13"
"""The NIK of its farmer lost a digit."""
ONE_FAMILY = ("RL-38", "RL-39", "RL-40", "RL-41")
"""A father and three sons on one family card: 5.0 ha, nearer the limit than a GPS can tell."""
_KEEP_CLEAR = frozenset(
    {"RL-03", TRUNCATED, "RL-07", NEVER_CLOSED, NEARLY_CLOSED, KNOTTED, BOW_TIE, UNREGISTERED}
    | {TWO_POINTS, LEAPT, WAY_IN, UNCLOSED, SWAPPED, NARROW, AMONG_SUMBER}
    | {HOLED, IN_PIECES, PINCHED, THORNY, CLICKED_TWICE, *BESIDE_A_GAP}
)
CLAIM_M = 36.0
"""How deep a disputed strip reaches into the neighbour's land."""


@dataclass
class Village:
    """The true land of every parcel (UTM 48S), its farmer, and what is wrong on purpose."""

    ground: Land
    forest: shapely.Polygon
    land: dict[str, shapely.Polygon] = field(default_factory=dict)
    claimed: dict[str, shapely.Polygon] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    nameless: list[Member] = field(default_factory=list)
    """Rows of the register with numbers and no name."""
    disputes: list[tuple[str, str]] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    crossing: str = ""
    outside: str = ""
    near: str = ""

    @property
    def permit(self) -> shapely.Polygon:
        """An invented permit of others that reaches 60 m into the land of Sumber Jaya."""
        sumber = {name: land for name, land in self.land.items() if name.startswith("SJ")}
        south = min(sumber.values(), key=lambda land: land.bounds[1])
        return shapely.Point(south.centroid.x + 40, south.bounds[1] - 130).buffer(260, 12)

    @property
    def piaps(self) -> shapely.Polygon:
        """The invented indicative map: round all land but the large parcel."""
        kept = [land for name, land in self.land.items() if name not in (LARGE, NARROW)]
        rest = shapely.union_all(kept)
        return shapely.convex_hull(rest).buffer(90, 4) - self.land[LARGE].buffer(70, 2)

    def farmer(self, parcel: str) -> str:
        """Return the name that stands on the map of ``parcel``."""
        if parcel == UNREGISTERED:
            return STRANGER
        return next(m.name for m in self.members if parcel in m.parcels)

    def household(self, parcel: str) -> str:
        """Return the KK number behind ``parcel``, or the stranger's name."""
        if parcel == UNREGISTERED:
            return STRANGER
        return next(m.kk for m in self.members if parcel in m.parcels)


def group_of(parcel: str) -> str:
    """Return the group that handed ``parcel`` in."""
    return {"RL": RIMBA, "WM": WANA, "SJ": SUMBER}[parcel[:2]]


def settle(forest_lonlat: shapely.Polygon) -> Village:
    """Return the village on the slope inside the forest, every parcel with its farmer."""
    forest = to_utm(forest_lonlat)
    ground = lay_out(forest)
    village = Village(ground, forest)
    _share_out(village)
    _dispute(village)
    _copy(village)
    _register(village)
    return village


# Which cell is whose


def _share_out(village: Village) -> None:
    forest, cells = village.forest, village.ground.cells
    junction = village.ground.water.intersection(village.ground.path).centroid
    west, upper = _sides(village)
    inside = [forest.buffer(-MARGIN_M).contains(cell) for cell in cells]
    far = [cell.centroid.distance(junction) for cell in cells]
    line = forest.exterior
    across = [cell.difference(forest).area / cell.area for cell in cells]

    def nearest(count: int, fits: Callable[[int], bool]) -> list[int]:
        wanted = [i for i in range(len(cells)) if fits(i)]
        return sorted(wanted, key=lambda i: far[i])[:count]

    rimba = nearest(40, lambda i: inside[i] and west[i])
    crossing = nearest(1, lambda i: west[i] and 0.35 < across[i] < 0.65)
    wana = nearest(34, lambda i: inside[i] and not west[i] and not upper[i])
    sumber = nearest(33, lambda i: inside[i] and not west[i] and upper[i])
    outside = nearest(1, lambda i: across[i] == 1 and not west[i] and cells[i].distance(line) > 45)
    near = nearest(1, lambda i: not west[i] and 0.1 < across[i] < 0.3)
    large = _block_of(cells, [i for i in range(len(cells)) if inside[i]], {*rimba, *wana, *sumber})
    land = {i: cells[i] for i in (*rimba, *crossing, *wana, *sumber, *outside)}
    land[near[0]] = max_part(cells[near[0]].intersection(forest.buffer(-13)))
    ids = _numbered("RL", rimba + crossing, land) | _numbered("WM", wana + outside + near, land)
    ids |= _numbered("SJ", sumber, land)
    ids = {i: AMONG_SUMBER if name == WAS_OF_SUMBER else name for i, name in ids.items()}
    village.land = {name: land[i] for i, name in sorted(ids.items(), key=lambda item: item[1])}
    village.crossing, village.outside, village.near = (
        ids[crossing[0]],
        ids[outside[0]],
        ids[near[0]],
    )
    taken = shapely.union_all([village.land[ids[i]] for i in wana])
    free = [c for k, c in enumerate(cells) if inside[k] and k not in ids and k not in large[1]]
    hut = min(free, key=lambda c: c.distance(taken))
    village.land[SMALL] = hut.representative_point().buffer(10.5, quad_segs=2)
    village.land[LARGE] = large[0]
    village.land[NARROW] = _strip(village)


def _strip(village: Village) -> shapely.Polygon:
    """Return a strip 8.5 m wide and 130 m long on the free side of the path."""
    path, taken = village.ground.path, shapely.union_all(list(village.land.values()))
    strips = [
        shapely.ops.substring(path, at, at + 130).buffer(side, cap_style="flat", single_sided=True)
        for at in np.arange(0, path.length - 130, 10)
        for side in (10.5, -10.5)
    ]
    strips = [strip - path.buffer(2) for strip in strips]
    free = [max_part(s) for s in strips if 6 < s.distance(taken) < 40]
    inside = [s for s in free if village.forest.buffer(-MARGIN_M).contains(s)]
    wana = shapely.union_all([s for n, s in village.land.items() if n[:2] == "WM" and n != LARGE])
    return min(inside, key=lambda strip: round(strip.distance(wana), 3))


def _sides(village: Village) -> tuple[list[bool], list[bool]]:
    west, upper = [], []
    high_ground = max_part(village.forest.buffer(-560))
    for cell in village.ground.cells:
        middle = cell.centroid
        at = village.ground.water.project(middle)
        here, ahead = (village.ground.water.interpolate(at + d) for d in (-5, 5))
        turn = (ahead.x - here.x) * (middle.y - here.y) - (ahead.y - here.y) * (middle.x - here.x)
        west.append(turn > 0)
        upper.append(high_ground.contains(middle))
    return west, upper


def _block_of(
    cells: list[shapely.Polygon], inside: list[int], taken: set[int]
) -> tuple[shapely.Polygon, set[int]]:
    """Return some neighbouring cells as one piece of 11 to 12 ha, apart from the groups."""
    farmed = shapely.union_all([cells[i] for i in taken]).buffer(60)
    free = [i for i in inside if not farmed.intersects(cells[i])]
    first = min(free, key=lambda i: cells[i].distance(farmed))
    chosen: list[int] = []
    for i in sorted(free, key=lambda i: cells[i].centroid.distance(cells[first].centroid)):
        chosen.append(i)
        block = max_part(shapely.union_all([cells[k].buffer(5) for k in chosen]).buffer(-5))
        if block.area > 112_000:
            return shapely.Polygon(block.exterior), set(chosen)
    raise ValueError("no room for the large parcel")


def _numbered(prefix: str, cells: list[int], land: dict[int, shapely.Polygon]) -> dict[int, str]:
    """Return numbers as a facilitator gives them: row by row down the slope, to and fro."""

    def place(i: int) -> tuple[int, float]:
        middle = land[i].centroid
        row = int(middle.y // 130)
        return -row, middle.x if row % 2 else -middle.x

    ordered = sorted(cells, key=place)
    return {i: f"{prefix}-{n:02d}" for n, i in enumerate(ordered, 1)}


# What they quarrel about


def _dispute(village: Village) -> None:
    village.claimed = dict(village.land)
    special = _KEEP_CLEAR | {village.crossing, village.outside, village.near, SMALL, LARGE}
    used: set[str] = set(special)
    for one, other in (
        ("RL", "WM"),
        ("WM", "SJ"),
        ("RL", "SJ"),
        ("RL", "RL"),
        ("SJ", "SJ"),
        ("RL", "WM"),
    ):
        pair = max(_borders(village, one, other, used))
        village.disputes.append(pair[1:])
        used |= set(pair[1:])
        taker, giver = pair[1:]
        village.claimed[taker] = _with_strip(village, taker, giver)
    one, other = BESIDE_A_GAP
    village.claimed[one] = max_part(village.land[one] - village.land[other].buffer(GAP_M))


def _borders(
    village: Village, one: str, other: str, used: set[str]
) -> list[tuple[float, str, str]]:
    free = {name: land for name, land in village.land.items() if name not in used}
    return [
        (round(a.buffer(12).intersection(b).area, 3), name, neighbour)
        for name, a in free.items()
        if name.startswith(one)
        for neighbour, b in free.items()
        if neighbour.startswith(other) and name != neighbour and a.distance(b) < 9
        if abs(int(name[3:]) - int(neighbour[3:])) > 4 or one != other
    ]


def _with_strip(village: Village, taker: str, giver: str) -> shapely.Polygon:
    own, theirs = village.land[taker], village.land[giver]
    others = [land for name, land in village.land.items() if name not in (taker, giver)]
    strip = own.buffer(CLAIM_M).intersection(theirs.buffer(9)).difference(shapely.union_all(others))
    joined = own.union(strip).buffer(3).buffer(-6).buffer(3)
    return shapely.Polygon(max_part(joined).exterior)


def _copy(village: Village) -> None:
    used = {name for pair in village.disputes for name in pair} | _KEEP_CLEAR | {village.crossing}
    rimba = next(n for n in reversed(village.land) if n.startswith("RL") and n not in used)
    sumber = next(n for n in village.land if n.startswith("SJ") and n > "SJ-12" and n not in used)
    village.copies = {COPY_OF_RIMBA: rimba, COPY_OF_SUMBER: sumber}


# Who farms it


def _register(village: Village) -> None:
    people = iter(invent(np.random.default_rng(99), 90))

    def member(group: str, *parcels: str) -> Member:
        name, nik, kk, phone = next(people)
        return Member(name, nik, kk, phone, group, PEKON[group], parcels)

    def farmers(prefix: str, sizes: list[int]) -> list[Member]:
        names = iter(sorted(n for n in village.land if n[:2] == prefix and n not in APART))
        group = group_of(f"{prefix}-01")
        return [member(group, *(next(names) for _ in range(size))) for size in sizes]

    rimba = farmers("RL", [2] * 6 + [1] * 29)
    head = next(m for m in rimba if ONE_FAMILY[0] in m.parcels)
    rimba = [_of_family(m, head) if m.parcels[0] in ONE_FAMILY else m for m in rimba]
    rimba = [replace(m, nik=m.nik[:-1]) if MISTYPED in m.parcels else m for m in rimba]
    wana = farmers("WM", [2] * 4 + [1] * 28)
    wana = [m for m in wana if UNREGISTERED not in m.parcels]
    wana[0] = wana[0].owning(SMALL)
    wana[9], wana[20] = wana[9].owning(LARGE), wana[20].owning(COPY_OF_RIMBA)
    wana[12], wana[15] = wana[12].owning(NARROW), wana[15].owning(AMONG_SUMBER)
    sumber = farmers("SJ", _sizes_of_sumber(village))
    at = 0 if village.copies[COPY_OF_SUMBER] not in sumber[0].parcels else 1
    sumber[at] = sumber[at].owning(COPY_OF_SUMBER)
    landless = [member(RIMBA), member(WANA)]
    village.members = [*rimba, landless[0], *wana, landless[1], *sumber]
    village.nameless = [replace(member(WANA), name="")]


def _of_family(person: Member, head: Member) -> Member:
    return replace(person, kk=head.kk)


def _sizes_of_sumber(village: Village) -> list[int]:
    """Return how many parcels each of 14 households farms: one has the five largest in a row."""
    area = [land.area for name, land in sorted(village.land.items()) if name[:2] == "SJ"]
    start = max(range(2, 23, 2), key=lambda k: sum(area[k : k + 5]))
    after = 28 - start
    return [2] * (start // 2) + [5] + [2] * ((after - 6) // 2) + [3, 2]
