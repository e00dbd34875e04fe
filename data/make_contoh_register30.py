"""Write the bundled example, ``data/contoh_register30``: the same bytes on every run."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # make_contoh lies beside this script and is in no package

from make_contoh.project_folder import write  # noqa: E402

if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "contoh_register30")
