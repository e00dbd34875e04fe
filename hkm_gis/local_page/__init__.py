"""The whole job on a page of this computer, for those who fear the command line."""

from __future__ import annotations

import secrets
import webbrowser
from collections.abc import Callable
from pathlib import Path

from hkm_gis.errors import ProjectError
from hkm_gis.project import PROJECT_FILE
from hkm_gis.starter import new_project

__all__ = ["serve"]

LOOPBACK = "127.0.0.1"
"""Only this computer can reach the page; no other name or address is ever listened on."""


def serve(
    project: str | Path = ".",
    *,
    port: int = 0,
    lang: str = "id",
    open_browser: bool = True,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Open a page on which a person drops files, sees the map and findings, and takes the papers.

    The page is served to this computer alone, under an address that carries a random token, and
    asks nothing of a network. Files dropped on it are written to the project folder. It returns
    when somebody closes the program on the page, or on Ctrl-C.

    Parameters
    ----------
    project
        A project folder; an empty or missing folder is made into one.
    port
        Where to listen; 0 takes a free one.
    lang
        Language of the page and of what it writes.
    open_browser
        Whether to open the page in the browser of this computer.
    ready
        Told the address of the page once it answers.

    Raises
    ------
    ProjectError
        ``project`` holds other things and no ``hkm.toml``.
    HkmError
        The port is taken.
    """
    from hkm_gis.local_page.server import Server

    home = _project_folder(Path(project), lang)
    server = Server(home, host=LOOPBACK, port=port, token=secrets.token_urlsafe(24), lang=lang)
    if ready is not None:
        ready(server.address)
    if open_browser:
        webbrowser.open(server.address)
    server.run()


def _project_folder(home: Path, lang: str) -> Path:
    if not (home / PROJECT_FILE).is_file():
        if home.is_dir() and any(home.iterdir()):
            raise ProjectError("project_missing", folder=str(home))
        new_project(home, lang=lang)
    return home.resolve()
