"""How many parcels find their farmer by name, and how often wrongly: run by hand.

python tests/benchmarks/pairing.py [SEEDS]
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from registers import invented_claims, invented_farmers, parcels_of, register_of

from hkm_gis.pairing import doubtful_matches, match_members


def measure(seeds: int) -> None:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for seed in range(seeds):
        rng = Random(1000 + seed)
        farmers = invented_farmers(rng, 400)
        claims = invented_claims(rng, farmers, 1000)
        register, parcels = register_of(farmers), parcels_of(claims)
        matched = match_members(parcels, register)
        offered = doubtful_matches(parcels, register).groupby("parcel_id")["row"].agg(set)
        for claim, row in zip(claims, matched.itertuples(), strict=True):
            told = row.match
            if told == "name":
                told = "sure" if row.household == claim.household else "sure and wrong"
                if told == "sure and wrong":
                    print(f"wrong: {claim.written} ({claim.way}) → {row.member}")
            elif told == "doubtful":
                right = claim.household in {
                    farmers[n - 2].household for n in offered[row.parcel_id]
                }
                told = "offered" if right else "others offered"
            for way in (claim.way, "of the list" if claim.household else "strangers"):
                table[way][told] += 1
    heads = ("sure", "sure and wrong", "offered", "others offered", "none")
    print(f"{'written':30}" + "".join(f"{head:>16}" for head in heads) + f"{'of':>8}")
    for way, told in table.items():
        many = told.total()
        shares = "".join(f"{100 * told[head] / many:14.1f} %" for head in heads)
        print(f"{way:30}{shares}{many:8,}")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if sys.argv[1:] else 6)
