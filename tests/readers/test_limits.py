"""Every limit refuses by name, exactly beyond itself, and says what would allow the file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from fieldfiles import RING, gpx, kml, kml_polygon, placemark, put, track, waypoint

from hkm_gis.cli.main import hkm
from hkm_gis.errors import HkmError
from hkm_gis.files import Limits
from hkm_gis.readers import read_files
from hkm_gis.record import Rejection
from hkm_gis.survey import open_survey
from hkm_gis.text import say

ENTITIES = '<!DOCTYPE gpx [<!ENTITY a "Budi"><!ENTITY b "&a;&a;">]>'


def plain(folder: Path) -> Path:
    return put(folder, "a.gpx", gpx(track(RING)))


def five_points(folder: Path) -> Path:
    return put(folder, "a.csv", "lat,lon\n" + "\n".join(f"{y},{x}" for x, y in RING))


def packed(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "a.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", kml(placemark("x" * 2**21, kml_polygon())))
        archive.writestr("b.txt", "x")
    return folder / "a.kmz"


def deep_folders(folder: Path) -> Path:
    inside = "<Folder>" * 4 + placemark("x", kml_polygon()) + "</Folder>" * 4
    return put(folder, "a.kml", kml(inside))


def deep_json(folder: Path) -> Path:
    shape = {"type": "Polygon", "coordinates": [[list(p) for p in RING]]}
    # The depth of a small document is not even counted.
    many = [{"type": "Feature", "properties": {}, "geometry": shape}] * 80
    return put(folder, "a.geojson", json.dumps({"type": "FeatureCollection", "features": many}))


def with_entities(folder: Path) -> Path:
    text = gpx(track(RING, name="&b;"))
    return put(folder, "a.gpx", text.replace("?>\n", f"?>\n{ENTITIES}", 1))


@pytest.mark.parametrize(
    ("make", "name", "least", "reason"),
    [
        (plain, "file_mb", None, "file_too_large"),
        (five_points, "features", 6, "too_many_features"),
        (plain, "vertices", 5, "too_many_vertices"),
        (packed, "archive_entries", 2, "archive_too_many"),
        (packed, "archive_mb", None, "archive_too_large"),
        (packed, "archive_ratio", None, "archive_too_tight"),
        (deep_folders, "xml_depth", 11, "xml_too_deep"),
        (with_entities, "xml_entities", 2, "xml_document_type"),
        (deep_json, "json_depth", 7, "json_too_deep"),
    ],
)
def test_a_limit_refuses_one_too_many_and_its_sentence_says_what_allows_it(
    tmp_path: Path, make: Callable[[Path], Path], name: str, least: int | None, reason: str
) -> None:
    file = make(tmp_path)
    wide = Limits(archive_ratio=100_000, xml_entities=10)
    least_wanted = least if least is not None else 2

    below = replace(wide, **{name: least_wanted - 1 if least else 0.0001})
    (refusal,) = read_files([file], limits=below)

    assert isinstance(refusal, Rejection)
    assert refusal.reason == reason
    allow = str(refusal.facts["allow"])
    assert allow in say(f"rejections.{reason}", "id", **refusal.facts)
    wanted, _, number = allow.partition("=")
    assert wanted == name
    raised = list(read_files([file], limits=replace(wide, **{name: int(number)})))
    assert [o for o in raised if isinstance(o, Rejection) and o.code == "S01"] == []
    if least is not None:
        enough = read_files([file], limits=replace(wide, **{name: least}))
        assert [o for o in enough if isinstance(o, Rejection) and o.code == "S01"] == []


def test_every_limit_is_tried_above() -> None:
    (mark,) = (
        m
        for m in test_a_limit_refuses_one_too_many_and_its_sentence_says_what_allows_it.pytestmark
        if m.name == "parametrize"
    )

    assert {case[1] for case in mark.args[1]} == {limit.name for limit in fields(Limits)}


def test_trusted_entities_unfold_no_further_than_an_archive(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 8))
    bomb = f'<!DOCTYPE gpx [<!ENTITY e0 "aaaaaaaaaa">{levels}]>'
    text = gpx(track(RING, name="&e7;")).replace("?>\n", f"?>\n{bomb}", 1)
    file = put(tmp_path, "a.gpx", text)

    (refusal,) = read_files([file], limits=Limits(xml_entities=100, archive_mb=1))

    assert isinstance(refusal, Rejection)
    assert refusal.reason in ("xml_unfolds", "xml_damaged")  # newer expat stops it by itself


def test_an_entity_of_another_file_is_never_opened(tmp_path: Path) -> None:
    put(tmp_path, "rahasia.txt", "CANARY")
    address = (tmp_path / "rahasia.txt").as_uri()
    entity = f'<!DOCTYPE gpx [<!ENTITY x SYSTEM "{address}">]>'
    text = gpx(track(RING, name="&x;")).replace("?>\n", f"?>\n{entity}", 1)

    (refusal,) = read_files([put(tmp_path, "a.gpx", text)], limits=Limits(xml_entities=100))

    assert isinstance(refusal, Rejection)
    assert refusal.reason == "xml_document_type"


def test_the_project_and_the_command_raise_limits(small_project: Path, capsys) -> None:
    file = small_project / "kelompok" / "KTH Mawar" / "titik.gpx"
    file.write_text(gpx(track(RING), *(waypoint("rumah", 104.65, -5.42) for _ in range(9))))
    config = small_project / "hkm.toml"
    config.write_text(config.read_text() + "\n[limits]\nfeatures = 8\n")

    def refused(**options: object) -> set[str]:
        rejected = open_survey(small_project, **options).intake.rejected  # type: ignore[arg-type]
        return {r.reason for r in rejected}

    assert refused() == {"too_many_features"}
    assert refused(limits={"features": 10}) == {"waypoint_not_a_parcel"}
    with pytest.raises(HkmError) as caught:
        refused(limits={"fitur": 10})
    assert "features" in caught.value.sentence("id")
    with pytest.raises(SystemExit):
        hkm(["check", str(small_project), "--limit", "features=10", "--format", "json"])
    assert "waypoint_not_a_parcel" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        hkm(["check", str(small_project), "--limit", "features=banyak"])
    assert left.value.code == 2
