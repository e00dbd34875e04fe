"""Write every page of the documentation that the program writes itself."""

from __future__ import annotations

import runpy
from pathlib import Path

SCRIPTS = ("make_architecture", "make_check_pages", "make_command_pages", "make_guide_page")

if __name__ == "__main__":
    for name in SCRIPTS:
        runpy.run_path(str(Path(__file__).with_name(f"{name}.py")), run_name="__main__")
