"""A PostGIS server of our own for the tests: started in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "r4hasia-sekali"  # the tests look for it wherever it must not be
UNPRIVILEGED = "postgres"  # PostgreSQL refuses to run as root


def why_no_server() -> str:
    """Return why no server can be started here; empty if one can."""
    if _programs() is None:
        return "PostgreSQL is not installed here"
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        return "PostGIS is not installed here"
    return ""


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server that listens on a socket only; give the address of its PostGIS database."""
    programs, home = _programs(), Path(tempfile.mkdtemp(prefix="hkm-pg-", dir="/tmp"))
    secret = home / "password"
    secret.write_text(PASSWORD)
    if os.geteuid() == 0:
        for path in (home, secret):
            shutil.chown(path, UNPRIVILEGED)
    data, options = home / "data", f"-k {home} -c listen_addresses='' -c fsync=off"
    login = ["-U", "kantor", f"--pwfile={secret}", "--auth=scram-sha-256"]
    _run(programs / "initdb", "-D", data, *login, "--no-sync", "--no-locale", "-E", "UTF8")
    _run(programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
    try:
        yield f"postgresql://kantor:{PASSWORD}@/postgres?host={home}"
    finally:
        _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home)


def _run(*words: object) -> None:
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", UNPRIVILEGED, "--", *command]
    subprocess.run(command, check=True, cwd="/tmp", stdout=subprocess.DEVNULL)
