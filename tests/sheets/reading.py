"""Reading a sheet back with tools that did not draw it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import shapely
from PIL import Image


def tool(name: str) -> str:
    """Return the path of a command; skip the test where it is missing outside of CI."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is missing")
        pytest.skip(f"{name} is not installed")
    return path


def run(name: str, *args: str) -> str:
    """Return what a command prints."""
    done = subprocess.run([tool(name), *args], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def words_of(pdf: Path, page: int | None = None) -> str:
    """Return the text of a PDF as PDFium reads it, one space between words."""
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    pages = range(len(document)) if page is None else [page]
    text = " ".join(document[i].get_textpage().get_text_bounded() for i in pages)
    document.close()
    return " ".join(text.split())


def pages_of(pdf: Path) -> int:
    """Return the number of pages."""
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    try:
        return len(document)
    finally:
        document.close()


DPI = 600
PX_PER_MM = DPI / 25.4


def strip_px(
    pdf: Path, x_mm: float, y_mm: float, width_mm: float, height_mm: float, page_mm: float,
    *, page: int = 0,
):  # fmt: skip
    """Return grey pixels (600 dpi, by poppler) of a strip; y counts from the foot of the page."""
    x, width = round(x_mm * PX_PER_MM), round(width_mm * PX_PER_MM)
    y, height = round((page_mm - y_mm - height_mm) * PX_PER_MM), round(height_mm * PX_PER_MM)
    window = ["-x", x, "-y", y, "-W", width, "-H", height]
    window += ["-f", page + 1, "-l", page + 1]
    command = [tool("pdftoppm"), "-r", str(DPI), "-gray", "-png", *map(str, window), str(pdf)]
    png = subprocess.run(command, capture_output=True, check=True).stdout
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def dark_centres_mm(profile: np.ndarray, start_mm: float, dark: float = 128.0) -> np.ndarray:
    """Return the centres of dark runs along a profile of grey values."""
    padded = np.concatenate([[False], profile < dark, [False]])
    edges = np.flatnonzero(np.diff(padded.astype(int))).reshape(-1, 2)
    origin_px = round(start_mm * PX_PER_MM)
    return (edges.mean(axis=1) + origin_px) / PX_PER_MM


def boxes_of(pdf: Path, words: str, page: int = 0) -> list[shapely.Polygon]:
    """Return where a text stands on a page, in millimetres from its lower left corner."""
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    text = document[page].get_textpage()
    search, found = text.search(words), []
    while (match := search.get_next()) is not None:
        letters = [text.get_charbox(match[0] + i) for i in range(match[1])]
        left, low, right, top = zip(*letters, strict=True)
        corners = np.array([min(left), min(low), max(right), max(top)]) * 25.4 / 72
        found.append(shapely.box(*corners))
    document.close()
    return found


def letters_of(pdf: Path, page: int = 0) -> np.ndarray:
    """Return the box of each letter of a page, in millimetres from its lower left corner."""
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    text = document[page].get_textpage()
    corners = np.array([text.get_charbox(i) for i in range(text.count_chars())]) * 25.4 / 72
    document.close()
    return shapely.box(*corners[(corners[:, 2] > corners[:, 0])].T)
