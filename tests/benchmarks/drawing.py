"""How long the sheets take, how large they are, and how a print layout of QGIS and matplotlib do.

python tests/benchmarks/drawing.py [qgis] [matplotlib] [parcels ...]

One A3 sheet of 65 parcels with relief, contours, river, road and a second group, all furniture;
then the atlas of a group of 400 parcels. Processor seconds stand beside those of the clock, as
other work may run on the same machine. The peers draw the same parcels at the same scale: QGIS as
a print layout with map, grid, legend, scale bar, labels (PAL) and GeoPDF through its own Python,
matplotlib with the labels in the middle of each parcel. Neither draws furniture as the office asks
for it, so their times are those of less work.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pikepdf

sys.path.insert(0, str(Path(__file__).parents[1]))
from sheets.draw_land import (
    example_land,
    example_survey,
    findings_of,
    project_of,
    survey_of,
    voronoi_parcels,
    write_dem,
    write_layers,
)

from hkm_gis.project import Raster
from hkm_gis.sheets import draw_sheets

GROUP, SCALE, EPSG = "KTH Rimba Lestari", 10_000, 32748
QGIS_PYTHON = "/usr/bin/python3"


def main(peers: list[str], crowds: list[int]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        survey = example_survey(folder)
        print("| drawn | s | processor s | pages | kB a page | georeferenced | same bytes |")
        print("|---|---|---|---|---|---|---|")
        ours(survey, folder, "first sheet of a process, A3", kinds=["work-area"])
        ours(survey, folder, "a sheet after it, A3", kinds=["work-area"])
        for peer in peers:
            PEERS[peer](survey, folder)
        for many in crowds:
            ours(crowd(many, folder), folder, f"atlas of {many} parcels", kinds=[])


def ours(survey: SimpleNamespace, folder: Path, name: str, *, kinds: list[str]) -> None:
    report = findings_of(survey)

    def draw(out: Path) -> Path:
        return draw_sheets(survey, report, out, group=GROUP, kinds=kinds)[0]

    tell(f"hkm: {name}", folder, draw)


def tell(name: str, folder: Path, draw: Callable[[Path], Path]) -> None:
    """Draw twice and print what the first time took, and whether the second is the same."""
    start, cpu = time.perf_counter(), time.process_time()
    path = draw(folder / "a")
    took_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    content = path.read_bytes()
    again = draw(folder / "b").read_bytes()
    print(row(name, took_s, cpu_s, path, content == again))


def row(name: str, took_s: float, cpu_s: float, path: Path, same: bool) -> str:
    with pikepdf.open(path) as pdf:
        pages, located = len(pdf.pages), any("/VP" in page.obj for page in pdf.pages)
    cells = (
        name, f"{took_s:.2f}", f"{cpu_s:.2f}", str(pages),
        f"{path.stat().st_size / pages / 1000:.0f}", "yes" if located else "no",
        "yes" if same else "no",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def crowd(many: int, folder: Path) -> SimpleNamespace:
    groups, forest = example_land()
    groups[GROUP] = voronoi_parcels(many, seed=8, radius_m=62.5 * many**0.5)
    dem = Raster(file=write_dem(folder / "dem.tif"), source="DEMNAS", version="2018")
    project = project_of(tuple(groups), dem=dem, layers=write_layers(folder))
    return survey_of(groups, forest=forest, project=project)


# Peers


def land_of(survey: SimpleNamespace) -> gpd.GeoDataFrame:
    table = survey.parcels[survey.parcels["group"] == GROUP].to_crs(EPSG)
    said = table["parcel_id"] + "\n" + table["member"] + "\n" + table["area_ha"].round(2).map(str)
    return gpd.GeoDataFrame({"label": said + " ha"}, geometry=table.geometry)


def draw_with_matplotlib(survey: SimpleNamespace, folder: Path) -> None:
    import matplotlib as mpl

    mpl.use("pdf")
    import matplotlib.pyplot as plt

    land = land_of(survey)
    left, low, right, high = land.total_bounds
    centre = (left + right) / 2, (low + high) / 2

    def draw(out: Path) -> Path:
        out.mkdir(exist_ok=True)
        figure = plt.figure(figsize=(420 / 25.4, 297 / 25.4))
        axes = figure.add_axes((17 / 420, 17 / 297, 277 / 420, 263 / 297))
        land.plot(ax=axes, facecolor="#dcebc9", edgecolor="#3a3a3a", linewidth=0.6)
        for label, at in zip(land["label"], land.geometry.representative_point(), strict=True):
            axes.annotate(label, (at.x, at.y), ha="center", va="center", fontsize=6)
        half = 0.277 * SCALE / 2, 0.263 * SCALE / 2
        axes.set_xlim(centre[0] - half[0], centre[0] + half[0])
        axes.set_ylim(centre[1] - half[1], centre[1] + half[1])
        axes.grid(linewidth=0.2)
        figure.savefig(out / "mpl.pdf", metadata={"CreationDate": None})
        plt.close(figure)
        return out / "mpl.pdf"

    draw(folder / "warm")
    tell("matplotlib: parcels, labels and grid alone", folder, draw)


def draw_with_qgis(survey: SimpleNamespace, folder: Path) -> None:
    land_of(survey).set_crs(EPSG, allow_override=True).to_file(folder / "land.gpkg")
    job = {"land": str(folder / "land.gpkg"), "out": str(folder), "scale": SCALE}
    script = folder / "layout.py"
    script.write_text(_LAYOUT)
    done = subprocess.run(
        [QGIS_PYTHON, str(script), json.dumps(job)], capture_output=True, text=True, check=False,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "PATH": "/usr/bin"},
    )  # fmt: skip
    if done.returncode or not done.stdout:
        raise SystemExit(f"QGIS did not draw: {done.stderr[-500:]}")
    took = json.loads(done.stdout.splitlines()[-1])
    first, second = ((folder / f"qgis{k}.pdf").read_bytes() for k in (1, 2))
    name = f"QGIS {took['version']}: print layout, second of a process"
    print(row(name, took["s"], took["cpu_s"], folder / "qgis2.pdf", first == second))


_LAYOUT = """
import json, os, sys, time
from qgis.core import *
from qgis.PyQt.QtCore import QRectF
job = json.loads(sys.argv[1])
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(job["land"], "Andil", "ogr")
settings = QgsPalLayerSettings()
settings.fieldName = "label"
settings.enabled = True
letters = QgsTextFormat()
letters.setSize(6)
settings.setFormat(letters)
layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
layer.setLabelsEnabled(True)
project = QgsProject.instance()
project.setCrs(layer.crs())
project.addMapLayer(layer)
layout = QgsPrintLayout(project)
layout.initializeDefaults()
layout.pageCollection().page(0).setPageSize("A3", QgsLayoutItemPage.Landscape)
item = QgsLayoutItemMap(layout)
item.attemptSetSceneRect(QRectF(17, 17, 277, 263))
item.setFrameEnabled(True)
layout.addLayoutItem(item)
item.zoomToExtent(layer.extent())
item.setScale(job["scale"])
grid = item.grid()
grid.setEnabled(True)
grid.setIntervalX(500)
grid.setIntervalY(500)
grid.setAnnotationEnabled(True)
for kind in (QgsLayoutItemLegend, QgsLayoutItemScaleBar):
    extra = kind(layout)
    extra.setLinkedMap(item)
    layout.addLayoutItem(extra)
    extra.attemptMove(QgsLayoutPoint(310, 40 if kind is QgsLayoutItemLegend else 120))
took = []
for k in (1, 2):
    start, cpu = time.perf_counter(), time.process_time()
    how = QgsLayoutExporter.PdfExportSettings()
    how.appendGeoreference = True
    QgsLayoutExporter(layout).exportToPdf(f"{job['out']}/qgis{k}.pdf", how)
    took.append((time.perf_counter() - start, time.process_time() - cpu))
version = Qgis.QGIS_VERSION.split("-")[0]
print(json.dumps({"s": took[1][0], "cpu_s": took[1][1], "version": version}))
sys.stdout.flush()
os._exit(0)
"""

PEERS: dict[str, Callable[[Any, Path], None]] = {
    "qgis": draw_with_qgis,
    "matplotlib": draw_with_matplotlib,
}

if __name__ == "__main__":
    words = sys.argv[1:]
    main([w for w in words if w in PEERS], [int(w) for w in words if w.isdigit()] or [400])
