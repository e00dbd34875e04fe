"""Draw the house from its own code: floors as import-linter keeps them, rooms, missions."""

from __future__ import annotations

import ast
import textwrap
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PACKAGE = "hkm_gis"

WIDTH, FLOOR, MARGIN, GAP, LETTER = 1100, 70, 20, 8, 6.6


def floors() -> list[list[str]]:
    """Return the rooms of each floor, from the top down, as pyproject.toml places them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in layers]


def rooms() -> list[str]:
    """Return every room from the top down."""
    return [room for floor in floors() for room in floor]


def mission(room: str) -> str:
    """Return the sentence with which a room opens."""
    path = ROOT / PACKAGE / room
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    words = (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").splitlines()[0]
    return words.replace("``", "")


def picture() -> str:
    """Return the house as SVG."""
    height = 2 * MARGIN + FLOOR * len(floors()) - GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="Source Sans 3, Segoe UI, Noto Sans, sans-serif" font-size="12">'
    )
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#f3f1ea"/>'
    drawn = [part for number, floor in enumerate(floors()) for part in _floor(number, floor)]
    return "\n".join([head, ground, *drawn, "</svg>", ""])


def page() -> str:
    """Return the page that shows the picture and says what each room is for."""
    rows = [f"| `{room}` | {mission(room)} |" for room in rooms() if room != "__main__"]
    return "\n".join(
        [
            "# The house",
            "",
            "Data flows one way, and imports go down only: a room may use every room on a floor",
            "below it, never one beside or above. `lint-imports` proves it.",
            "This page and its picture are drawn from the code by `docs/make_architecture.py`.",
            "",
            "![The rooms of hkm_gis by floor](architecture.svg)",
            "",
            "| room | mission |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def pages() -> dict[str, str]:
    """Return every page by the name of its file, from docs."""
    return {"developers/architecture.md": page(), "developers/architecture.svg": picture()}


def _floor(number: int, floor: list[str]) -> Iterator[str]:
    width = (WIDTH - 2 * MARGIN - GAP * (len(floor) - 1)) / len(floor)
    for place, room in enumerate(floor):
        yield from _room(room, MARGIN + place * (width + GAP), MARGIN + number * FLOOR, width)


def _room(room: str, left: float, top: float, width: float) -> Iterator[str]:
    yield (
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{FLOOR - GAP}" rx="6" '
        'fill="#fff" stroke="#c9cfc6"/>'
        f'<text x="{left + 12:.1f}" y="{top + 21}" font-size="16" font-weight="600" '
        f'fill="#1f5132">{escape(room)}</text>'
    )
    lines = textwrap.wrap(mission(room), int((width - 24) / LETTER))
    for number, line in enumerate(lines[:2]):
        ending = " …" if number == 1 and len(lines) > 2 else ""
        yield (
            f'<text x="{left + 12:.1f}" y="{top + 38 + 15 * number}" fill="#4c554f">'
            f"{escape(line)}{ending}</text>"
        )


if __name__ == "__main__":
    for name, words in pages().items():
        (DOCS / name).write_text(words, "utf-8", newline="\n")
