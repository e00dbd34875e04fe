"""A server for one person on one computer."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from hkm_gis.errors import HkmError
from hkm_gis.local_page.app import make_app
from hkm_gis.local_page.job import RunningJob

__all__ = ["Server"]


class Server:
    """Answers for one project folder until it is closed.

    Flask's own server does: it answers one person, on this computer, and can be closed from a
    request that it is answering.

    Parameters
    ----------
    home
        The project folder.
    host, port
        Where to listen.
    token
        The secret part of the address.
    lang
        Language of the page.

    Raises
    ------
    HkmError
        The port is taken.
    """

    def __init__(self, home: Path, *, host: str, port: int, token: str, lang: str) -> None:
        app = make_app(home, RunningJob(home, lang), token=token, lang=lang, close=self.close)
        try:
            self._server = make_server(host, port, app, threaded=True, request_handler=_Silent)
        except (OSError, SystemExit) as error:  # werkzeug leaves the program where a port is taken
            raise HkmError("port_taken", port=str(port)) from error
        names = (host, "localhost")
        app.config["HOSTS"] = {f"{name}:{self._server.port}" for name in names}
        self.address = f"http://{host}:{self._server.port}/{token}/"

    def run(self) -> None:
        """Answer until `close` is called, or Ctrl-C."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()

    def close(self) -> None:
        """Let `run` return."""
        # From a thread of its own: shutdown waits for the loop that may be waiting for us.
        threading.Thread(target=self._server.shutdown, daemon=True).start()


class _Silent(WSGIRequestHandler):
    """Each line of a log would carry the token of the address."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        pass
