"""What the page asks for, and what it is answered."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from flask import Flask, Response, abort, jsonify, render_template_string, request
from flask import send_from_directory as send_file_below

from hkm_gis.errors import HkmError
from hkm_gis.files import Limits
from hkm_gis.local_page.folder import contents_of, results_of
from hkm_gis.local_page.job import RunningJob
from hkm_gis.results import RESULTS_FOLDER
from hkm_gis.starter.filling import GivenFile, Role, put_files, set_group
from hkm_gis.text import catalogue

__all__ = ["make_app"]

MAX_PARTS = 5_000
"""Files of one drop: a year of walks of one office is 3,000."""

OWN_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What the page itself may load: only from this server. The map carries its own policy."""


def make_app(
    home: Path, job: RunningJob, *, token: str, lang: str, close: Callable[[], None]
) -> Flask:
    """Return the application for the project folder ``home``.

    Every address begins with the token; every other one does not exist.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = Limits().file_bytes
    app.config["MAX_FORM_PARTS"] = MAX_PARTS
    app.before_request(_only_this_computer(app, token))
    app.after_request(_guarded)
    app.register_error_handler(HkmError, lambda error: (jsonify(error=error.sentence(lang)), 409))
    _add_page(app, lang)
    _add_work(app, home, job, close)
    return app


def _only_this_computer(app: Flask, token: str) -> Callable[[], None]:
    def refuse_others() -> None:
        said = (request.view_args or {}).pop("token", "")
        if not hmac.compare_digest(said.encode(), token.encode()):
            abort(404)
        # A name of the internet that points to this computer (DNS rebinding) is no way in.
        if request.host not in app.config["HOSTS"]:
            abort(404)
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            abort(403)

    return refuse_others


def _guarded(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the token stays in the address bar
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _add_page(app: Flask, lang: str) -> None:
    words = {**catalogue(lang)["local_page"], "kinds": catalogue(lang)["results"]}

    @app.get("/<token>/")
    def page() -> Response:
        answer = Response(render_template_string(_own("page.html"), words=words, lang=lang))
        answer.headers["Content-Security-Policy"] = OWN_PAGE
        return answer

    @app.get("/<token>/page.css")
    def style() -> Response:
        return Response(_own("page.css"), mimetype="text/css")

    @app.get("/<token>/page.js")
    def script() -> Response:
        return Response(_own("page.js"), mimetype="text/javascript")


def _add_work(app: Flask, home: Path, job: RunningJob, close: Callable[[], None]) -> None:
    @app.get("/<token>/state")
    def state() -> Any:
        return jsonify(contents=contents_of(home), job=job.state(), results=results_of(home))

    @app.post("/<token>/files")
    def take_files() -> Any:
        role = request.form.get("role", "")
        group = request.form.get("group", "").strip()
        given = [GivenFile(f.filename or "", f.read()) for f in request.files.getlist("files")]
        if role not in get_args(Role) or not given or (role == "walks" and not group):
            abort(400)
        replace = request.form.get("replace") == "yes"
        put_files(home, role, given, group=group, replace=replace)  # type: ignore[arg-type]
        if role == "walks":
            set_group(home, group)
        return jsonify(contents=contents_of(home))

    @app.post("/<token>/run")
    def start() -> Any:
        return jsonify(started=job.start())

    @app.post("/<token>/close")
    def leave() -> Any:
        answer = jsonify(closed=True)
        answer.call_on_close(close)
        return answer

    @app.get(f"/<token>/{RESULTS_FOLDER}/<path:name>")
    def result(name: str) -> Any:
        return send_file_below(home / RESULTS_FOLDER, name, as_attachment="take" in request.args)


def _own(name: str) -> str:
    return files("hkm_gis.local_page").joinpath(name).read_text("utf-8")
