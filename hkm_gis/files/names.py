"""Names that people typed, as parts of a file name on every system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

__all__ = [
    "safe_names",
]


def safe_names(names: Iterable[str], *, shown: Callable[[str], str] = str) -> dict[str, str]:
    """Return for each name one that every system takes as part of a file name, all different.

    Parameters
    ----------
    names
        Names as people typed them.
    shown
        Returns what of a name may be seen by everybody.

    Examples
    --------
    >>> list(safe_names(["KTH Rimba", "kth-rimba", "../..", "Pekon Nóra"]).values())
    ['kth_rimba', 'kth_rimba_2', 'tanpa_nama', 'pekon_nora']
    """
    safe: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = (
            unicodedata.normalize("NFKD", shown(name)).encode("ascii", "ignore").decode().lower()
        )
        # 60 letters leave room for the path of a deep Windows folder, which ends at 260.
        word = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].rstrip("_") or "tanpa_nama"
        fit, count = word, 1
        while fit in taken:
            count += 1
            fit = f"{word}_{count}"
        taken.add(fit)
        safe[name] = fit
    return safe
