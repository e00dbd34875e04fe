"""Invented farmers with the names people have round a forest, and how their names get written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pandas as pd
from land import parcel_table, square

from hkm_gis.members import MEMBER_COLUMNS, Register

GROUPS = ("KTH Mawar", "KTH Melati", "KTH Rimba Lestari", "KTH Sumber Jaya")
FIRST_NAMES = """
Sutrisno Sutrisna Sukarno Sukarni Suyatno Suyatni Suparno Suparman Supardi Sukirman Sumarno
Sumarni Hariyanto Hariyanti Harianto Joko Cipto Wagiman Wagimin Ngadiman Ngadimin Paijo Paiman
Tukiman Tukimin Ahmad Achmad Abdul Arif Arip Yusuf Jusuf Yani Jani Zainal Jainal Taufik Ridwan
Ruslan Rusdi Rusdan Siti Sri Endang Yuliana Juliana Dewi Ratna Nur Nurul Eko Dwi Tri Agus
Bambang Budi Slamet Mulyono Mulyadi Karto Karta Made Wayan Nyoman Ketut Iwan Irwan Herman
Hermanto
"""
FIRST = FIRST_NAMES.split()
SECOND_NAMES = """
Hidayat Hidayah Saputra Saputro Wibowo Santoso Susanto Susanti Setiawan Setiawati Rahman Rahim
Rohman Aminah Aminatun Hartini Hartono Hartoyo Wahyuni Wahyudi Prasetyo Prasetya Nugroho
Kurniawan Kurniawati Lestari Utomo Utami Purnomo Purnama Suryadi Suryana Suryanto Basuki Gunawan
Handoko Handayani Sulastri Sulistyo Sulistiani Fauzi Fauzan Fatimah Hasanah Hasan Husin Husein
Sanjaya Wijaya Kusuma Jayadi Yahya Effendi Maulana Ibrahim Ismail
"""
SECOND = SECOND_NAMES.split()


@dataclass(frozen=True, slots=True)
class Farmer:
    """One person: the name as the list has it, the group, and the household."""

    name: str
    group: str
    household: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A parcel whose name was written by ``way``, and its farmer's household, empty: a stranger."""

    written: str
    group: str
    household: str
    way: str


def invented_farmers(rng: Random, many: int) -> list[Farmer]:
    """Return farmers of all groups; some share a name, some their family card."""
    farmers: list[Farmer] = []
    for n in range(many):
        household = f"KK-{n}" if rng.random() > 0.1 or not farmers else farmers[-1].household
        farmers.append(Farmer(invented_name(rng), rng.choice(GROUPS), household))
    return farmers


def invented_name(rng: Random) -> str:
    """Return the name of one person: one word of three, half with two, some with Muhammad."""
    words = [rng.choice(FIRST)]
    if rng.random() < 0.65:
        words.append(rng.choice(SECOND))
    if rng.random() < 0.12:
        words.insert(0, "Muhammad")
    return " ".join(words)


def invented_claims(rng: Random, farmers: list[Farmer], many: int) -> list[Claim]:
    """Return claims: of four, three by farmers of the list and one by a stranger beside them."""
    listed = {farmer.name for farmer in farmers}
    claims: list[Claim] = []
    while len(claims) < many:
        farmer = rng.choice(farmers)
        if rng.random() < 0.75:
            way, write = rng.choice(list(WAYS.items()))
            claims.append(Claim(write(rng, farmer.name), farmer.group, farmer.household, way))
            continue
        way, other = rng.choice(list(STRANGERS.items()))
        name = other(rng, farmer.name)
        # A stranger of exactly a member's name cannot be told from the member by any name.
        if name not in listed:
            claims.append(Claim(name, farmer.group, "", way))
    return claims


def register_of(farmers: list[Farmer]) -> Register:
    """Return the register of these farmers as it would be read."""
    silent = dict.fromkeys(MEMBER_COLUMNS, "") | {"parcel_ids": ()}
    rows = [
        silent
        | {
            "member_id": f"A-{n}",
            "name": farmer.name,
            "group": farmer.group,
            "household": farmer.household,
            "row": n,
        }
        for n, farmer in enumerate(farmers, 2)
    ]
    return Register(pd.DataFrame(rows, columns=list(MEMBER_COLUMNS)))


def parcels_of(claims: list[Claim]):
    """Return one parcel a claim, all on one place: only the names matter here."""
    return parcel_table(
        {
            "parcel_id": f"X-{n}",
            "group": claim.group,
            "member": claim.written,
            "household": "",
            "geometry": square(0, 0, 100),
        }
        for n, claim in enumerate(claims)
    )


def _typed(rng: Random, name: str) -> str:
    at = rng.randrange(1, len(name))
    kind = rng.choice("drs")
    if kind == "d":
        return name[:at] + name[at + 1 :]
    if kind == "r":
        return name[:at] + name[at - 1] + name[at:]
    return name[:at] + rng.choice("aeiounrst") + name[at + 1 :]


def _old(rng: Random, name: str) -> str:
    old = name.replace("u", "oe").replace("U", "Oe").replace("J", "Dj").replace("C", "Tj")
    return old.replace("y", "j").replace("Y", "J") if rng.random() < 0.3 else old


def _turned(rng: Random, name: str) -> str:
    first, *rest = name.split()
    return ", ".join([" ".join(rest), first]) if rest else name.upper()


def _short(rng: Random, name: str) -> str:
    first, *rest = name.split()
    return " ".join([first, *(word[0] + "." for word in rest)])


def _muhammad(rng: Random, name: str) -> str:
    return name.replace("Muhammad", rng.choice(["M.", "Moh.", "Muh", "Mohamad", "Mochammad"]))


def _titled(rng: Random, name: str) -> str:
    return rng.choice(["H. {}", "Hj. {}", "Pak {}", "Bu {}", "Hi. {}", "{}, S.Pd"]).format(name)


WAYS: dict[str, Callable[[Random, str], str]] = {
    "as listed": lambda _, name: name,
    "capitals, spaces": lambda _, name: "  ".join(name.upper().split()),
    "title": _titled,
    "Muhammad": _muhammad,
    "order": _turned,
    "old spelling": _old,
    "no spaces": lambda _, name: "".join(name.split()),
    "a wrong letter": _typed,
    "initials": _short,
    "one word": lambda _, name: name.split()[-1],
}


def _brother(rng: Random, name: str) -> str:
    return " ".join([rng.choice(FIRST), *name.split()[1:]])


def _same_first(rng: Random, name: str) -> str:
    return f"{name.split()[0]} {rng.choice(SECOND)}"


def _initial_behind(rng: Random, name: str) -> str:
    return f"{name} {rng.choice('HMSR')}."


STRANGERS: dict[str, Callable[[Random, str], str]] = {
    "stranger": lambda rng, _: invented_name(rng),
    "stranger, same last word": _brother,
    "stranger, same first word": _same_first,
    "stranger, an initial behind": _initial_behind,
    "stranger, a son": lambda rng, name: f"{rng.choice(FIRST)} bin {name}",
}
