"""The blocks of code on the pages of the repository, as a reader would copy them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / ".github").glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

_BLOCK = re.compile(
    r"(?:^ *(?P<above>\S[^\n]*)\n)?"
    r"^(?P<indent> *)```(?P<language>\S*)\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block, and the line right above it."""

    page: Path
    number: int
    language: str
    code: str
    above: str

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.page.relative_to(ROOT).as_posix()}-{self.number}"


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in the order of reading."""
    return [
        Block(page, n, found["language"], _set_back(found), found["above"] or "")
        for n, found in enumerate(_BLOCK.finditer(page.read_text("utf-8")), 1)
    ]


def _set_back(found: re.Match[str]) -> str:
    """Return the code without the indent of the list that it stands in, and no more."""
    return re.sub(f"^{found['indent']}", "", found["code"], flags=re.MULTILINE)
