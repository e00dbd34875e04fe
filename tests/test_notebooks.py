"""The notebooks run from top to bottom, on the public names alone, and show their maps."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import hkm_gis

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda p: p.stem)


@NOTEBOOKS
# The kernel's own sockets and loops are closed by its garbage collection.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq")
def test_a_notebook_runs_shows_a_map_and_keeps_no_output_in_the_repository(path):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)

    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()

    shown = [
        output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())
    ]
    assert any("image/png" in data for data in shown)


@NOTEBOOKS
def test_a_notebook_uses_public_names_alone(path):
    cells = nbformat.read(path, as_version=4).cells
    tree = ast.parse("\n".join(cell.source for cell in cells if cell.cell_type == "code"))

    imported = {alias.name for node in ast.walk(tree) for alias in getattr(node, "names", ())}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "hkm_gis"
    }
    assert {name for name in imported if name.startswith("hkm_gis")} == {"hkm_gis"}
    assert used
    assert used <= set(hkm_gis.__all__)
