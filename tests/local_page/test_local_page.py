"""The page on this computer: from dropping files to taking the package, and closed to others."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import needs_browser

from hkm_gis import HkmError, ProjectError, serve


@dataclass
class Served:
    home: Path
    address: str

    @property
    def origin(self) -> str:
        return self.address.rsplit("/", 2)[0]

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        return self.ask(self.address + path, headers)

    def ask(
        self, url: str, headers: dict[str, str], data: bytes | None = None
    ) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(url, data=data, headers=headers), timeout=10
            ) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The page of a new project."""
    home, told, answering = tmp_path / "proyek", [], threading.Event()

    def ready(address: str) -> None:
        told.append(address)
        answering.set()

    server = threading.Thread(
        target=serve, args=(home,), kwargs={"open_browser": False, "ready": ready}, daemon=True
    )
    server.start()
    assert answering.wait(20)
    page = Served(home, told[0])
    yield page
    page.ask(page.address + "close", {}, data=b"")
    server.join(10)
    assert not server.is_alive()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/wrong-token/", {}),
        ("/wrong-token/state", {}),
        ("/{token}/", {"Host": "evil.example"}),
        ("/{token}/state", {"Host": "evil.example:80"}),
        ("/{token}/hasil/../hkm.toml", {}),
        ("/{token}/hasil/%2e%2e/hkm.toml", {}),
        ("/{token}/hasil//etc/passwd", {}),
        ("/{token}/hasil/", {}),
    ],
)
def test_nobody_without_the_address_and_nothing_but_results(served, path, headers):
    token = served.address.rsplit("/", 2)[1]

    status, _ = served.ask(served.origin + path.format(token=token), headers)

    assert status in (404, 308)


def test_a_page_of_the_internet_cannot_speak_through_the_browser(served):
    assert served.get("state", **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert served.get("state", **{"Sec-Fetch-Site": "same-origin"})[0] == 200


def test_it_listens_to_this_computer_alone(served):
    assert served.address.startswith("http://127.0.0.1:")
    assert len(served.address.rsplit("/", 2)[1]) >= 32


def test_two_pages_on_one_port_are_refused_in_a_sentence(served, tmp_path):
    port = int(served.origin.rsplit(":", 1)[1])

    with pytest.raises(HkmError) as refused:
        serve(tmp_path / "lain", port=port, open_browser=False)

    assert refused.value.key == "port_taken"


def test_a_folder_of_other_things_is_no_project(tmp_path):
    (tmp_path / "surat.txt").write_text("halo")

    with pytest.raises(ProjectError):
        serve(tmp_path, open_browser=False)


def test_a_request_that_makes_no_sense_is_refused(served):
    for body in (b"role=walks", b"role=elsewhere&group=x", b""):
        assert served.ask(served.address + "files", {}, data=body)[0] in (400, 415)
    assert served.get("run")[0] == 404  # a job is started by POST alone


@needs_browser
def test_from_dropping_files_to_the_package_without_a_network(served, small_project, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    noise: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.address)

    _add(page, "boundary", small_project / "batas/kawasan.geojson")
    for group in ("KTH Mawar", "KTH Melati"):
        page.fill("#group", group)
        _drop(page, "walks", small_project / "kelompok" / group / "lahan.geojson")
        page.wait_for_selector(f"#walks li:has-text('{group}')")
    _add(page, "members", small_project / "anggota.csv")
    page.wait_for_selector("#members li:has-text('anggota.csv')")
    page.click("#run")
    page.wait_for_selector("#files a", timeout=60_000)

    assert "O01" in page.inner_text("#findings")
    assert page.frame_locator("#map").locator("canvas").count() > 0
    with page.expect_download() as taken:
        page.click("#files a:has-text('usulan_kth_mawar.zip')")
    package = zipfile.ZipFile(taken.value.path())
    assert "manifest.json" in " ".join(package.namelist())
    assert package.testzip() is None
    assert [u for u in asked if not u.startswith((served.origin, "data:", "blob:"))] == []
    assert noise == []
    context.close()


@needs_browser
def test_names_stay_texts_and_another_file_of_a_name_is_asked_about(served, browser, tmp_path):
    context = browser.new_context()
    page = context.new_page()
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    page.goto(served.address)
    hostile = "<img src=x onerror=alert(1)>"
    page.fill("#group", hostile)
    for words in ("one", "two"):
        walk = tmp_path / words / "jalur.gpx"
        walk.parent.mkdir()
        walk.write_text(words)
        _add(page, "walks", walk)
        page.wait_for_selector("#walks li:has-text('onerror')")
    page.wait_for_timeout(300)

    assert len(questions) == 1
    assert "jalur.gpx" in questions[0]
    assert page.locator("#walks img").count() == 0
    (kept,) = (served.home / "kelompok").rglob("jalur.gpx")
    assert kept.read_text() == "one"
    context.close()


@needs_browser
def test_a_job_that_cannot_be_done_says_so_on_the_page(served, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.address)
    page.click("#run")
    page.wait_for_selector("#problem:not(:empty)", timeout=20_000)

    assert "Traceback" not in page.inner_text("#problem")
    assert page.locator("#results").is_hidden()
    context.close()


def test_the_state_is_plain_json_without_paths_of_this_computer(served):
    _, said = served.get("state")
    state: dict[str, Any] = json.loads(said)
    assert state["job"]["running"] is False
    assert str(served.home) not in said.decode()


def _add(page: Any, role: str, file: Path) -> None:
    page.set_input_files(f"#input-{role}", file)
    page.wait_for_load_state("networkidle")


def _drop(page: Any, role: str, file: Path) -> None:
    """Drop a file as a hand with a mouse does."""
    transfer = page.evaluate_handle(
        """([name, text]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name));
            return transfer;
        }""",
        [file.name, file.read_text()],
    )
    page.dispatch_event(f".drop[data-role={role}]", "drop", {"dataTransfer": transfer})
