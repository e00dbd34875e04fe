"""Every file of a job is one that a person knows what to do with."""

from __future__ import annotations

import hkm_gis
from hkm_gis.results import RESULT_KINDS, RESULTS_FOLDER, results_by_kind
from hkm_gis.survey import MEMORY_FILE
from hkm_gis.text import LANGUAGES, catalogue


def test_each_file_of_a_job_has_one_kind_and_other_files_have_none(small_project):
    job = hkm_gis.run(small_project)
    results = small_project / RESULTS_FOLDER
    memory = small_project / MEMORY_FILE  # for the next run, not for a person
    written = [p for p in results.rglob("*") if p.is_file() and p != memory]

    kinds = results_by_kind([*written, memory, results / "catatan.docx"], results)

    assert sorted(job.files) == sorted(written)
    assert sorted(p for found in kinds.values() for p in found) == sorted(written)
    assert list(kinds) == [kind for kind in RESULT_KINDS if kind in kinds]


def test_each_kind_has_a_title_and_says_what_to_do_with_it_in_both_languages():
    for lang in LANGUAGES:
        words = catalogue(lang)["results"]
        assert {w for w in words if not w.startswith("next_")} == {
            name for kind in RESULT_KINDS for name in (kind, f"{kind}_help")
        }
