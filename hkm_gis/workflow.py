"""The whole job on one page: open → check → sum → draw → export → pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from hkm_gis.checks import check
from hkm_gis.errors import HkmError, ProjectError
from hkm_gis.exports import export, write_report, write_table
from hkm_gis.exports.workbook import write_workbook
from hkm_gis.files import replace_file, replacing_together, safe_names
from hkm_gis.pairing import Decision, read_decisions
from hkm_gis.privacy import redact
from hkm_gis.proposal import pack_proposal
from hkm_gis.report import Report
from hkm_gis.results import RESULTS_FOLDER
from hkm_gis.sheets import PAGE_FILES, draw_sheets
from hkm_gis.survey import DECISIONS_FILE, Survey, open_survey
from hkm_gis.text import phrase
from hkm_gis.webmap import draw_map

__all__ = ["Job", "Progress", "run", "run_demo"]

EXPORT_FORMATS = ("gpkg", "geojson", "xlsx")

Progress = Callable[[str, int, int], None]
"""Told after each step: its name (``workflow.<name>`` in text/), steps done, steps in all."""


@dataclass(frozen=True, slots=True)
class Job:
    """A finished job: what was read, what was found, and what was written where."""

    survey: Survey
    report: Report
    sheets: tuple[Path, ...]
    webmap: Path
    tables: tuple[Path, ...]
    exports: tuple[Path, ...]
    proposals: tuple[Path, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was written."""
        return (*self.proposals, *self.sheets, self.webmap, *self.tables, *self.exports)


def run(
    project: str | Path,
    *,
    lang: str = "id",
    scale: int | None = None,
    paper: str = "A3",
    orientation: str = "auto",
    large_print: bool = False,
    processes: int = 1,
    progress: Progress | None = None,
) -> Job:
    """Do the whole job for a project folder and write everything to its ``hasil`` folder.

    Parameters
    ----------
    project
        A folder with ``hkm.toml``.
    lang
        Language of the outputs, ``id`` or ``en``.
    scale
        Denominator of the sheets (``10000``); the largest round scale that fits when None.
    paper
        Paper of the sheets: ``A4`` to ``A0``.
    orientation
        Which way the paper of the maps lies: ``auto``, ``landscape`` or ``portrait``.
    large_print
        Whether the letters of the sheets are a quarter larger, for old eyes.
    processes
        How many processes share the reading, as `open_survey` takes it.
    progress
        Called after each step.

    Returns
    -------
    Job
        What was read, found and written.

    Raises
    ------
    HkmError
        The job could not be done; nothing half-written is left.
    """
    step = _counter(progress)
    survey = open_survey(project, processes=processes)
    step("read")
    report = check(survey)
    survey.remember()
    step("check")
    results = Path(project) / RESULTS_FOLDER
    results.mkdir(exist_ok=True)
    look = {"scale": scale, "paper": paper, "orientation": orientation, "large_print": large_print}
    pairs = _pairs_to_settle(survey, results / DECISIONS_FILE)
    with replacing_together(results, stale=_passing(survey, pairs)) as fresh:
        tables = _write_tables(survey, report, fresh, lang)
        if pairs is not None:
            tables += _write_pairs(pairs, fresh / DECISIONS_FILE, lang)
        step("sum")
        sheets = _draw_papers(survey, report, fresh / "peta", lang, look)
        step("sheets")
        webmap = draw_map(survey, report, fresh / "peta.html", lang=lang)
        step("map")
        exports = export(survey, report, fresh / "data", to=EXPORT_FORMATS, lang=lang)
        step("export")
        proposals = _pack(survey, report, fresh / "usulan", lang, sheets)
    step("pack")

    def placed(paths: Iterable[Path]) -> tuple[Path, ...]:
        return tuple(results / path.relative_to(fresh) for path in paths)

    return Job(
        survey,
        report,
        sheets=placed(sheets),
        webmap=results / webmap.name,
        tables=placed(tables) + ((results / DECISIONS_FILE,) if pairs is None else ()),
        exports=placed(exports),
        proposals=placed(proposals),
    )


def _pairs_to_settle(survey: Survey, answers: Path) -> pd.DataFrame | None:
    """Return the doubtful pairs; None while an answer stands here that no project knows yet."""
    known = _answered(answers.parent.parent / DECISIONS_FILE)
    if _answered(answers) - known:
        return None
    return pd.DataFrame() if survey.pairs is None else survey.pairs


def _passing(survey: Survey, pairs: pd.DataFrame | None) -> list[str]:
    """Return the results that are there only as long as there is something to settle."""
    conflicts = [
        f"peta/{PAGE_FILES['conflict']}_{name}.pdf"
        for name in safe_names(survey.groups, shown=redact).values()
    ]
    return conflicts if pairs is None else [*conflicts, DECISIONS_FILE]


def run_demo(
    folder: str | Path = "contoh-register30",
    *,
    lang: str = "id",
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Job:
    """Write the bundled example project to ``folder`` and do the whole job on it.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    lang
        Language of the outputs, ``id`` or ``en``.
    overwrite
        Whether to write over files of the example that somebody changed in ``folder``.
    progress
        Called after each step.

    Returns
    -------
    Job
        What was read, found and written, as `run` returns it.

    Raises
    ------
    ProjectError
        A file of the example was changed in ``folder``, and ``overwrite`` is not set.
    """
    home = Path(folder)
    example = example_folder()
    changed = [n for n in _names(example) if _differs(example / n, home / n)]
    if changed and not overwrite:
        raise ProjectError("demo_changed", folder=str(folder), files=tuple(map(str, changed)))
    home.mkdir(parents=True, exist_ok=True)
    with replacing_together(home) as fresh:
        for name in _names(example):
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes((example / name).read_bytes())
    return run(home, lang=lang, progress=progress)


def example_folder() -> Path:
    """Return the folder of the bundled example: inside the package, or of the source tree."""
    packed = Path(str(files("hkm_gis"))) / "contoh_register30"
    return packed if packed.is_dir() else packed.parent.parent / "data" / packed.name


STEPS = ("read", "check", "sum", "sheets", "map", "export", "pack")


def _counter(progress: Progress | None) -> Callable[[str], None]:
    def step(name: str) -> None:
        if progress is not None:
            progress(name, STEPS.index(name) + 1, len(STEPS))

    return step


def _draw_papers(
    survey: Survey, report: Report, folder: Path, lang: str, look: Mapping[str, Any]
) -> list[Path]:
    """Draw the maps as somebody wants them to look, and the pages, which look the same always."""
    maps = draw_sheets(survey, report, folder, lang=lang, **look)
    return maps + draw_sheets(survey, report, folder, kinds=tuple(PAGE_FILES), lang=lang)


def _pack(
    survey: Survey, report: Report, folder: Path, lang: str, sheets: Sequence[Path]
) -> list[Path]:
    return [
        pack_proposal(survey, report, group, folder, lang=lang, sheets=sheets)
        for group in survey.groups
    ]


def _write_tables(survey: Survey, report: Report, folder: Path, lang: str) -> tuple[Path, ...]:
    contents = {
        "pemeriksaan.txt": write_report(survey, report, format="text", lang=lang),
        "pemeriksaan.json": write_report(survey, report, format="json", lang=lang),
        "pemeriksaan.xlsx": write_report(survey, report, format="xlsx", lang=lang),
        "kesepakatan.toml": write_report(survey, report, format="toml", lang=lang),
        "luas_per_kk.csv": write_table(survey.households, format="csv"),
        "tumpang_tindih.csv": write_table(survey.overlaps, format="csv"),
    }
    return tuple(_write(folder / name, content) for name, content in contents.items())


def _write_pairs(pairs: pd.DataFrame, path: Path, lang: str) -> tuple[Path, ...]:
    """Write the doubtful pairs for a person to decide, if there are any."""
    if pairs.empty:
        return ()
    steps = [phrase(f"pairs.step.{n}", lang) for n in range(1, 5)]
    reasons = [phrase(f"pairs.reason.{reason}", lang) for reason in pairs["reason"]]
    sheets = {
        phrase("pairs.sheet", lang): pairs.assign(reason=reasons),
        phrase("pairs.help_sheet", lang): pd.DataFrame({"help": steps}),
    }
    content = write_workbook(sheets, heading=lambda column: _pair_heading(column, lang))
    replace_file(path, content, private=True)
    return (path,)


def _pair_heading(column: str, lang: str) -> str:
    return phrase("pairs.help" if column == "help" else f"pairs.column.{column}", lang)


def _answered(path: Path) -> set[Decision]:
    # Which pairs have an answer, whatever it is: a changed mind in the project is no new answer.
    try:
        found = read_decisions(path) if path.is_file() else ()
    except HkmError:
        return set()  # a result that cannot be read holds no answer; it is written anew
    return {replace(decision, choice="", source="", line=0) for decision in found}


def _write(path: Path, content: bytes) -> Path:
    # They tell of members, files and cells as they are, so that the facilitator can find and mend
    # them: working papers for their owner only. What is for all lies in data/ and peta.html.
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content, private=True)
    return path


def _names(example: Path) -> Sequence[Path]:
    return sorted(_files_below(example, Path()))


def _files_below(folder: Path, prefix: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != RESULTS_FOLDER:
                yield from _files_below(entry, prefix / entry.name)
        elif entry.name != "kunci.json":  # the answer key is for the tests
            yield prefix / entry.name


def _differs(original: Path, copy: Path) -> bool:
    return copy.exists() and copy.read_bytes() != original.read_bytes()
