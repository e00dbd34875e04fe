"""A person is led through what a project lacks, and may pass every question."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from hkm_gis import HkmError, new_project, run
from hkm_gis.project import load_project
from hkm_gis.starter import interview


@dataclass
class Answers:
    """A person who says what is planned, and passes every other question."""

    said: dict[str, list[str]]
    asked: list[str] = field(default_factory=list)
    complaints: list[HkmError] = field(default_factory=list)

    def ask(self, question, *, default="", **facts):
        self.asked.append(question)
        planned = self.said.get(question, [])
        return planned.pop(0) if planned else default if question != "group" else ""

    def tell(self, sentence, **facts):
        pass

    def complain(self, error):
        self.complaints.append(error)


@pytest.fixture
def field_files(small_project):
    """Return where somebody keeps walks and a boundary, outside any project."""
    return small_project


def test_a_project_is_filled_by_answers_and_then_runs(tmp_path, field_files):
    home = new_project(tmp_path / "baru")
    person = Answers(
        {
            "group": ["KTH Mawar"],
            "walks": [f'"{field_files / "kelompok/KTH Mawar/lahan.geojson"}"'],
            "boundary": [str(field_files / "batas/kawasan.geojson")],
            "stated_ha": ["400"],
            "map_scale": ["1:2.000"],
            "members": [str(field_files / "anggota.csv")],
            "ketua": ["Sukirman"],
        }
    )

    interview(home, person, everything=True)

    project = load_project(home)
    assert person.complaints == []
    assert project.group("KTH Mawar").ketua == "Sukirman"
    assert project.forest.stated_ha == 400
    assert project.forest.map_scale == 2000
    assert {p["group"] for _, p in run(home).survey.parcels.iterrows()} == {"KTH Mawar"}


@pytest.mark.parametrize(
    ("name", "stated_ha"),
    [("Hutan Lindung Register 30", 16060), ("Hutan Lindung Register 39", 0), ("", 0)],
)
def test_hectares_of_the_papers_are_offered_only_for_the_forest_whose_papers_are_known(
    tmp_path, field_files, name, stated_ha
):
    home = new_project(tmp_path / "baru")
    boundary = str(field_files / "batas/kawasan.geojson")

    interview(home, Answers({"boundary": [boundary], "forest_name": [name]}))

    assert load_project(home).forest.stated_ha == stated_ha


def test_who_passes_every_question_changes_nothing(tmp_path):
    home = new_project(tmp_path / "baru")
    before = (home / "hkm.toml").read_bytes()

    interview(home, Answers({}))

    assert (home / "hkm.toml").read_bytes() == before


def test_a_complete_project_is_asked_nothing(small_project):
    person = Answers({})

    interview(small_project, person)

    assert person.asked == []


def test_a_wrong_answer_is_explained_and_asked_again(tmp_path, field_files):
    home = new_project(tmp_path / "baru")
    person = Answers(
        {
            "boundary": [
                str(tmp_path / "tidak ada.shp"),
                str(field_files / "batas/kawasan.geojson"),
            ],
            "stated_ha": ["banyak", "16.060"],
        }
    )

    interview(home, person)

    assert [error.key for error in person.complaints][-1] == "not_a_number"
    assert len(person.complaints) == 2
    assert load_project(home).forest.stated_ha == 16060


def test_a_project_named_from_the_folder_above_takes_its_boundary(
    tmp_path, field_files, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    home = new_project("baru")
    boundary = str(field_files / "batas/kawasan.geojson")

    interview(home, Answers({"boundary": [boundary], "stated_ha": ["400"]}), everything=True)

    assert load_project(home).forest.stated_ha == 400


def test_several_files_of_a_group_come_at_once_or_one_after_the_other(tmp_path, field_files):
    walk = (field_files / "kelompok/KTH Mawar/lahan.geojson").read_bytes()
    names = ["jalur 1.geojson", "jalur 2.geojson", "jalur 3.geojson"]
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.write_bytes(walk)
    person = Answers(
        {
            "group": ["KTH Mawar"],
            "walks": [f"'{paths[0]}' '{paths[1]}'"],
            "more_walks": [f'"{paths[2]}"'],
        }
    )
    home = new_project(tmp_path / "baru")

    interview(home, person)

    assert person.complaints == []
    assert sorted(p.name for p in (home / "kelompok/KTH Mawar").iterdir()) == names


@pytest.mark.parametrize("answer", ["kosong", "''", "tidak ada.gpx"])
def test_an_answer_that_holds_no_file_is_told_and_asked_again(answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kosong").mkdir()
    person = Answers({"group": ["KTH Mawar"], "walks": [answer]})
    home = new_project("baru")

    interview(home, person)

    assert len(person.complaints) == 1
    assert list((home / "kelompok").rglob("*.*")) == []
    assert person.asked.count("walks") == 2
