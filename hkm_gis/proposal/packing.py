"""What goes into a package, and in which order a person finds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

import pandas as pd

from hkm_gis.andil_list import list_andil
from hkm_gis.digest import Digest, digest_of
from hkm_gis.errors import ProjectError
from hkm_gis.exports import Loss, export
from hkm_gis.exports.andil_book import write_andil_book
from hkm_gis.exports.archive import pack_zip
from hkm_gis.exports.geojson import write_geojson
from hkm_gis.exports.layers import layers_of
from hkm_gis.exports.members_book import write_members_book
from hkm_gis.exports.names import one_line
from hkm_gis.exports.reading_back import prove_tables
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.exports.writing import marks_of, warn_of
from hkm_gis.files import replace_file, safe_names, scratch_folder
from hkm_gis.members import fold_group
from hkm_gis.privacy import MARK, disguise, public_columns, redact
from hkm_gis.proposal import layout
from hkm_gis.proposal.completeness import PaperState, list_papers
from hkm_gis.proposal.drafts import DRAFTED, write_drafts
from hkm_gis.proposal.manifest import MANIFEST, write_manifest
from hkm_gis.proposal.papers import GivenPaper, Papers, find_papers
from hkm_gis.proposal.read_me import Summary, draw_read_me, write_completeness
from hkm_gis.report import Report
from hkm_gis.sheets import PAGE_FILES, draw_sheets
from hkm_gis.survey import Survey
from hkm_gis.text import phrase, say

__all__ = ["pack_proposal"]

MAP_FORMATS = ("shp", "gpkg", "kmz", "gpx", "geojson")

Contents = dict[str, bytes]


def pack_proposal(
    survey: Survey,
    report: Report,
    group: str,
    folder: str | Path,
    *,
    lang: str = "id",
    sheets: Iterable[Path] = (),
    on_loss: Callable[[Loss], None] | None = None,
) -> Path:
    """Write one ZIP with everything the office asks of ``group``.

    Parameters
    ----------
    survey, report
        What was read and what was found.
    group
        Name of the group.
    folder
        Where the ZIP is written, as ``usulan_<group>.zip``.
    lang
        Language of its words.
    sheets
        Sheets of this very survey that are drawn already, as `draw_sheets` returns them; those of
        other groups are passed over. Where none is given they are drawn.
    on_loss
        Told of each column whose texts the Shapefile could not hold whole; by default a
        `LossWarning` is given. ``KOLOM.txt`` and the list of papers say so in any case.

    Returns
    -------
    Path
        The ZIP. The same input gives the same bytes.

    Raises
    ------
    ProjectError
        No parcel belongs to ``group``, or its papers are too large.

    Notes
    -----
    Where findings of severity error are open, every paper in it says RANCANGAN. The package is
    the office's copy and readable by its owner only; numbers of persons stand in the folder
    `layout.OFFICE_ONLY` alone.
    """
    if group not in survey.groups:
        raise ProjectError("group_unknown", group=group, groups=survey.groups)
    package = _Package(survey, report.of_group(group), group, lang, find_papers(survey, group))
    contents = package.contents(report, tuple(sheets))
    for loss in package.losses:
        (on_loss or partial(warn_of, lang=lang))(loss)
    target = Path(folder) / f"usulan_{safe_names(survey.groups, shown=redact)[group]}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    given = {name for name in contents if name.startswith(layout.GIVEN_PAPERS)}
    replace_file(target, pack_zip(contents, stored=given), private=True)
    return target


@dataclass(frozen=True)
class _Package:
    """One package in the making: of whom, with what was found, in which language."""

    survey: Survey
    found: Report
    group: str
    lang: str
    papers: Papers
    losses: list[Loss] = field(default_factory=list)

    @cached_property
    def part(self) -> Survey:
        return self.survey.of_group(self.group)

    @cached_property
    def digest(self) -> Digest:
        return digest_of(self.part.parcels)

    @cached_property
    def marks(self) -> list[str]:
        return marks_of(self.part, self.found, self.lang)

    @cached_property
    def remark(self) -> str:
        """What is printed above every page of a table that does not say itself whose it is."""
        title = say("proposal.title", self.lang, group=redact(self.group))
        return " – ".join([*self.marks, title])

    @cached_property
    def name(self) -> str:
        return safe_names(self.survey.groups, shown=redact)[self.group]

    def contents(self, report: Report, drawn: Sequence[Path]) -> Contents:
        """Return every file in the order in which it lies in the package."""
        drafts = write_drafts(self.survey, self.found, self.group, lang=self.lang)
        body = {
            **self._sheets(report, drawn),
            **self._andil_list(layout.ANDIL_LIST, private=False),
            **self._recap(),
            **self._exported(layout.MAP_DATA, MAP_FORMATS, private=False),
            **{f"{layout.DRAFTS}{name}": content for name, content in drafts.items()},
        }
        office = {**self._office_only(), **self._given()}
        states = self._states(body | office)
        summary = self._summary(states)
        name = f"{layout.COMPLETENESS}kelengkapan_{self.name}.xlsx"
        body[name] = write_completeness(summary, self.remark, self.lang)
        whole = {layout.READ_ME: draw_read_me(summary, self.lang), **body, **office}
        return whole | {MANIFEST: self._manifest(whole)}

    def _sheets(self, report: Report, drawn: Sequence[Path]) -> Contents:
        mine = {f"{kind}_{self.name}.pdf" for kind in ("peta", *PAGE_FILES.values())}
        with scratch_folder() as scratch:
            paths = [path for path in drawn if path.name in mine] or [
                path
                for kinds in ((), tuple(PAGE_FILES))
                for path in draw_sheets(
                    self.survey, report, scratch, group=self.group, kinds=kinds, lang=self.lang
                )
            ]
            return {f"{_folder_of(path)}{path.name}": path.read_bytes() for path in paths}

    def _andil_list(self, folder: str, *, private: bool) -> Contents:
        table = list_andil(self.survey, group=self.group, lang=self.lang, private=private)
        book = write_andil_book(
            table,
            heading=self._heading("andil_book.title"),
            signers=self._signers(),
            remark=" – ".join(self.marks),
            lang=self.lang,
        )
        return {f"{folder}daftar_andil_{self.name}.xlsx": book}

    def _heading(self, title: str) -> list[str]:
        project = self.survey.project
        group = project.group(self.group)
        places = {
            "village": group.pekon or project.place.pekon,
            "district": group.kecamatan or project.place.kecamatan,
            "regency": project.place.kabupaten,
            "province": project.place.provinsi,
        }
        told = (say(f"sheets.{key}", self.lang, name=redact(n)) for key, n in places.items() if n)
        return [say(title, self.lang), redact(self.group), ", ".join(told)]

    def _signers(self) -> list[tuple[str, str]]:
        group = self.survey.project.group(self.group)
        names = {"ketua": group.ketua, "kepala_pekon": group.kepala_pekon}
        return [
            (say(f"regulation.signer.{who}", self.lang), redact(name))
            for who, name in names.items()
        ]

    def _recap(self) -> Contents:
        sums = {by: self.survey.sum_by(by) for by in ("group", "household", "parcel")}
        veil = disguise(self.part)
        sheets = {
            phrase(f"proposal.recap.{by}", self.lang): public_columns(
                veil.table(table[table["group"] == self.group]), "recap"
            ).drop(columns=_SAYS_NOTHING.get(by, []))
            for by, table in sums.items()
        }
        book = write_workbook(sheets, heading=self._column, remark=self.remark)
        name = f"{layout.RECAP}rekap_luas_{self.name}.xlsx"
        prove_tables(name, book, sheets)
        return {name: book}

    def _column(self, column: str) -> str:
        return phrase(f"exports.column.{column}", self.lang)

    def _exported(self, folder: str, forms: Sequence[str], *, private: bool) -> Contents:
        with scratch_folder() as scratch:
            paths = export(
                self.part,
                self.found,
                scratch,
                to=forms,
                private=private,
                lang=self.lang,
                on_loss=self.losses.append,
            )
            return {f"{folder}{path.name}": path.read_bytes() for path in paths}

    @cached_property
    def hides_codes(self) -> bool:
        """Whether the public files give a parcel another code, or the group another name."""
        public = layers_of(self.part, self.found, private=False, lang=self.lang)[0].frame
        return digest_of(public) != self.digest

    def _office_only(self) -> Contents:
        contents = self._andil_list(layout.OFFICE_ONLY, private=True)
        contents |= self._exported(layout.OFFICE_ONLY, ("shp",), private=True)
        if (members := self._members()) is not None:
            book = write_members_book(
                members,
                heading=self._heading("proposal.members.title"),
                signers=self._signers(),
                remark=" – ".join(self.marks),
                lang=self.lang,
            )
            contents[f"{layout.OFFICE_ONLY}daftar_anggota_{self.name}.xlsx"] = book
        if self.hides_codes:
            own = self.part.parcels[["parcel_id", "group", "area_ha", "geometry"]]
            contents[layout.LAND_WITH_OWN_CODES] = write_geojson(own)
        return contents

    def _members(self) -> pd.DataFrame | None:
        """Return the members of the group as the register has them; None where it has none."""
        register = self.survey.register
        if register is None:
            return None
        key = fold_group(self.group)
        mine = register.table[[fold_group(str(g)) == key for g in register.table["group"]]]
        if mine.empty:
            return None
        shown = mine[["name", "nik", "kk", "pekon", "parcel_ids"]].rename(
            columns={"name": "member", "parcel_ids": "parcels"}
        )
        shown["parcels"] = [", ".join(map(str, codes)) for codes in shown["parcels"]]
        return shown

    @cached_property
    def _given_names(self) -> dict[str, str]:
        return _paths_in_package(paper.name for paper in self.papers.given)

    def _given(self) -> Contents:
        return {self._place_of(paper): paper.content for paper in self.papers.given}

    def _place_of(self, paper: GivenPaper) -> str:
        return f"{layout.GIVEN_PAPERS}{self._given_names[paper.name]}"

    def _states(self, contents: Mapping[str, bytes]) -> tuple[PaperState, ...]:
        return list_papers(
            self.survey.regulation,
            self.papers.given,
            place_of=self._place_of,
            written=[
                *_written(contents, "peta", f"{layout.SHEETS}peta_"),
                *self._written_members(contents),
            ],
            drafts={paper: f"{layout.DRAFTS}{name}" for name, paper in DRAFTED.items()},
        )

    def _written_members(self, contents: Mapping[str, bytes]) -> Iterable[tuple[str, str]]:
        return _written(contents, "daftar_anggota", f"{layout.OFFICE_ONLY}daftar_anggota")

    def _summary(self, states: Sequence[PaperState]) -> Summary:
        return Summary(
            survey=self.survey,
            part=self.part,
            found=self.found,
            group=self.group,
            digest=self.digest,
            papers=tuple(states),
            left_out=tuple(map(redact, self.papers.left_out)),
            losses=tuple(self.losses),
        )

    def _manifest(self, contents: Contents) -> bytes:
        return write_manifest(
            self.survey,
            self.group,
            digest=self.digest,
            open_errors=len(self.found.blocking),
            contents=contents,
            hidden_codes=self.hides_codes,
        )


_SAYS_NOTHING = {"group": ["household"], "parcel": ["parcels"]}
"""Columns of a recap that would be empty in every row, or one."""


def _folder_of(sheet: Path) -> str:
    return layout.ANDIL_LIST if sheet.name.startswith(PAGE_FILES["list"]) else layout.SHEETS


def _written(contents: Mapping[str, bytes], paper: str, prefix: str) -> Iterator[tuple[str, str]]:
    return ((paper, name) for name in contents if name.startswith(prefix))


def _paths_in_package(names: Iterable[str]) -> dict[str, str]:
    """Return for each path one that every system can unfold, without numbers of persons.

    Examples
    --------
    >>> list(_paths_in_package(["KTP/1806051201800001.jpg", "KTP/a?.pdf", "ktp/A_.pdf"]).values())
    ['KTP/nomor.jpg', 'KTP/a_.pdf', 'ktp/A__2.pdf']
    """
    fit: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        path = PurePosixPath(*map(_safe_part, PurePosixPath(name).parts))
        free, count = path, 1
        while str(free).casefold() in taken:
            count += 1
            free = path.with_name(f"{path.stem}_{count}{path.suffix}")
        taken.add(str(free).casefold())
        fit[name] = str(free)
    return fit


def _safe_part(part: str) -> str:
    shown = redact(one_line(part)).replace(MARK, "nomor")
    return re.sub(r'[<>:"\\|?*]', "_", shown).strip(" .") or "tanpa_nama"
