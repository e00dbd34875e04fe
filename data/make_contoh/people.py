"""Invented people: names, identity numbers of a province that does not exist, phones nobody has."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

_FIRST = (
    *("Sutrisno", "Slamet", "Supriyadi", "Wagiman", "Tumiran", "Ngadiran", "Poniman", "Suwarno"),
    *("Mulyono", "Kasiman", "Samsudin", "Rohmat", "Abdul Hamid", "Ahmad", "Dedi", "Endang"),
    *("Hartono", "Jumadi", "Karsono", "Legimin", "Misran", "Nurdin", "Parjo", "Rusdi", "Sarwono"),
    *("Tarmuji", "Untung", "Wahyudi", "Yatiman", "Zainal", "Siti", "Sumiati", "Kartini", "Warsini"),
)
_WOMEN = ("Endang", "Siti", "Sumiati", "Kartini", "Warsini")
_LAST = (
    *("Riyadi", "Wibowo", "Santoso", "Hidayat", "Prasetyo", "Kurniawan", "Saputra", "Haryanto"),
    *("Firmansyah", "Gunawan", "Iskandar", "Lestari", "Maulana", "Nugroho", "Permana", "Rahayu"),
    *("Setiawan", "Utomo", "Wijaya", "Yulianto", "Basri", "Cahyono", "Darmawan", "Effendi"),
)
_NO_SUCH_REGION = "990101"
"""Indonesian province codes end at 96: a number that begins with 99 belongs to nobody."""


@dataclass(frozen=True)
class Member:
    """One person of the register."""

    name: str
    nik: str
    kk: str
    phone: str
    group: str
    pekon: str
    parcels: tuple[str, ...] = ()

    def owning(self, *parcels: str) -> Member:
        """Return the same person with these parcels added."""
        return replace(self, parcels=self.parcels + parcels)


def invent(rng: np.random.Generator, count: int) -> list[tuple[str, str, str, str]]:
    """Return ``count`` different people as (name, NIK, KK number, phone)."""
    pairs = [(first, last) for first in _FIRST for last in _LAST]
    chosen = rng.permutation(len(pairs))
    # No two share a first and no two a last name more often than the lists are long.
    people = []
    for number, place in enumerate(chosen[:count], 1):
        first, last = pairs[place]
        day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(55, 99)
        coded_day = day + 40 if first in _WOMEN else day  # a woman's NIK counts her day from 41
        nik = f"{_NO_SUCH_REGION}{coded_day:02d}{month:02d}{year:02d}{number:04d}"
        kk = f"{_NO_SUCH_REGION}{rng.integers(1, 29):02d}{month:02d}{rng.integers(8, 24):02d}"
        people.append((f"{first} {last}", nik, f"{kk}{number:04d}", f"0800-0000-{number:04d}"))
    return people
