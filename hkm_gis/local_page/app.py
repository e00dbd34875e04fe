"""What the page asks for, and what it is answered."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from flask import Flask, Response, abort, jsonify, render_template_string, request
from flask import send_from_directory as send_file_below
from werkzeug.exceptions import HTTPException

from hkm_gis.checks import CHECKS
from hkm_gis.errors import HkmError
from hkm_gis.files import Limits
from hkm_gis.local_page.answers import ANSWERS, note_answer
from hkm_gis.local_page.folder import contents_of, results_of
from hkm_gis.local_page.job import RunningJob
from hkm_gis.privacy import redact
from hkm_gis.project import load_project
from hkm_gis.results import RESULTS_FOLDER
from hkm_gis.starter.filling import GivenFile, Role, put_aside, put_files, set_group
from hkm_gis.text import catalogue, say
from hkm_gis.wording import explain

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
    app.config["MAX_CONTENT_LENGTH"] = _limits_of(home).file_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined] # answers stand in the order asked
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": False}
    app.config["MAX_FORM_PARTS"] = MAX_PARTS
    app.before_request(_only_this_computer(app, token))
    app.after_request(_guarded)
    app.register_error_handler(HkmError, lambda error: _refusal(error, lang))
    app.register_error_handler(Exception, lambda error: _failure(error, lang))
    _add_page(app, home, lang)
    _add_filling(app, home, lang)
    _add_work(app, home, job, lang, close)
    return app


def _limits_of(home: Path) -> Limits:
    try:
        return load_project(home).limits
    except HkmError:
        return Limits()  # the page says what is wrong with hkm.toml


def _refusal(error: HkmError, lang: str) -> tuple[Response, int]:
    return jsonify(error=error.sentence(lang), replaceable=error.key == "upload_differs"), 409


def _failure(error: Exception, lang: str) -> Any:
    """Tell the page, which must never hang; Flask would print the token to the terminal."""
    if isinstance(error, HTTPException):
        return error
    problem = redact(f"{type(error).__name__}: {error}"[:200])
    return jsonify(error=say("cli.unexpected", lang, problem=problem)), 500


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


def _add_page(app: Flask, home: Path, lang: str) -> None:
    words = _words(lang) | {"limit_bytes": app.config["MAX_CONTENT_LENGTH"]}

    @app.get("/<token>/")
    def page() -> Response:
        page = render_template_string(_own("page.html"), words=words, lang=lang, folder=home.name)
        answer = Response(page)
        answer.headers["Content-Security-Policy"] = OWN_PAGE
        return answer

    @app.get("/<token>/page.css")
    def style() -> Response:
        return Response(_own("page.css"), mimetype="text/css")

    @app.get("/<token>/page.js")
    def script() -> Response:
        return Response(_own("page.js"), mimetype="text/javascript")


def _add_filling(app: Flask, home: Path, lang: str) -> None:
    # Two answers typed one after the other may arrive at once: each reads and writes hkm.toml.
    one_by_one = threading.Lock()

    @app.post("/<token>/files")
    def take_files() -> Any:
        role = request.form.get("role", "")
        group = request.form.get("group", "").strip()
        given = [GivenFile(f.filename or "", f.read()) for f in request.files.getlist("files")]
        if role not in get_args(Role) or not given or (role == "walks" and not group):
            abort(400)
        replace = request.form.get("replace") == "yes"
        with one_by_one:
            put_files(home, role, given, group=group, replace=replace)  # type: ignore[arg-type]
            if role == "walks":
                set_group(home, group)
        return jsonify(contents=contents_of(home, lang))

    @app.post("/<token>/aside")
    def take_away() -> Any:
        # Only what the page itself shows can be named.
        with one_by_one:
            shown = [file for group in contents_of(home, lang)["groups"] for file in group["paths"]]
            if request.form.get("path") not in shown:
                abort(400)
            put_aside(home, home / request.form["path"])
        return jsonify(contents=contents_of(home, lang))

    @app.post("/<token>/answer")
    def take_answer() -> Any:
        said = {word: request.form.get(word, "") for word in ("table", "key", "typed", "group")}
        if said["key"] not in ANSWERS.get(said["table"], ()):
            abort(400)
        with one_by_one:
            note_answer(home, **said)
        return jsonify(contents=contents_of(home, lang))


def _add_work(
    app: Flask, home: Path, job: RunningJob, lang: str, close: Callable[[], None]
) -> None:
    @app.get("/<token>/state")
    def state() -> Any:
        said = job.state()
        if said["running"]:
            return jsonify(job=said)
        return jsonify(job=said, contents=contents_of(home, lang), results=results_of(home))

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


def _words(lang: str) -> dict[str, Any]:
    words: dict[str, Any] = dict(catalogue(lang)["local_page"])
    keys = [key for asked in ANSWERS.values() for key in asked]
    return words | {
        "kinds": catalogue(lang)["results"],
        "titles": {check.code: explain(check.code, lang=lang).title for check in CHECKS},
        "waiting_steps": words["waiting_steps"].split("|"),
        "answers": {key: words[f"answers.{key}"] for key in keys},
        "nobody": dict.fromkeys(ANSWERS["groups"], ""),
    }


def _own(name: str) -> str:
    return files("hkm_gis.local_page").joinpath(name).read_text("utf-8")
