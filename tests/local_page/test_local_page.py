"""The page on this computer: from dropping files to taking the package, and closed to others."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import needs_browser

from hkm_gis import HkmError, ProjectError, serve
from hkm_gis.files import Limits
from hkm_gis.local_page.folder import contents_of
from hkm_gis.project import load_project
from hkm_gis.text import LANGUAGES


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
    with suppress(urllib.error.URLError):  # a test may have closed it
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


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """The page in a browser; no console message, and no question to another computer."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    noise: list[str] = []
    asked: list[str] = []
    # a refusal that the page tells is noted by the browser too
    page.on("console", lambda m: noise.append(m.text) if "status of 4" not in m.text else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.address)
    yield page
    context.close()
    assert [u for u in asked if not u.startswith((served.origin, "data:", "blob:"))] == []
    assert noise == []


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection of this process to another computer."""
    connect = socket.socket.connect

    def stay_here(self: socket.socket, address: Any) -> None:
        assert isinstance(address, (str, bytes)) or address[0] in ("127.0.0.1", "::1"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", stay_here)


@needs_browser
def test_from_dropping_files_to_the_package_without_a_network(
    no_network, served, page, small_project
):
    _add(page, "boundary", small_project / "batas/kawasan.geojson")
    for group in ("KTH Mawar", "KTH Melati"):
        page.fill("#group", group)
        _drop(page, "walks", small_project / "kelompok" / group / "lahan.geojson")
        page.wait_for_selector(f"#walks summary:has-text('{group}')")
    _add(page, "members", small_project / "anggota.csv")
    page.wait_for_selector("#members li:has-text('anggota.csv')")
    page.click("#run")
    page.wait_for_selector("#files a", timeout=60_000)

    assert "O01" in page.inner_text("#findings")
    findings = json.loads(served.get("state")[1])["results"]["report"]["findings"]
    in_the_way = [f for f in findings if (f["severity"], f["status"]) == ("error", "open")]
    assert str(len(in_the_way)) in page.inner_text("#verdict.open")
    told, taken = page.locator("#findings").bounding_box(), page.locator("#files").bounding_box()
    assert told["y"] < taken["y"]  # what stands in the way is read first
    assert page.frame_locator("#map").locator("canvas").count() > 0
    with page.expect_download() as taken:
        page.click("#files a:has-text('usulan_kth_mawar.zip')")
    package = zipfile.ZipFile(taken.value.path())
    assert "manifest.json" in " ".join(package.namelist())
    assert package.testzip() is None


@needs_browser
def test_names_stay_texts_and_another_file_of_a_name_is_asked_about(served, page, tmp_path):
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.dismiss()))
    hostile = "<img src=x onerror=alert(1)>"
    page.fill("#group", hostile)
    for words in ("one", "two"):
        walk = tmp_path / words / "jalur.gpx"
        walk.parent.mkdir()
        walk.write_text(words)
        _add(page, "walks", walk)
        page.wait_for_selector("#walks summary:has-text('onerror')")
    page.wait_for_timeout(300)

    assert len(questions) == 1
    assert "jalur.gpx" in questions[0]
    assert page.locator("#walks img").count() == 0
    (kept,) = (served.home / "kelompok").rglob("jalur.gpx")
    assert kept.read_text() == "one"


@needs_browser
def test_what_the_letter_says_is_nobodys_guess_but_typed(served, page, small_project):
    assert page.locator("#forest").is_hidden()
    _add(page, "boundary", small_project / "batas/kawasan.geojson")
    stated = page.locator("#forest input[name=stated_ha]")
    stated.wait_for()
    assert load_project(served.home).forest.stated_ha == 0

    stated.fill("kira-kira luas")
    page.locator("#group").focus()
    page.wait_for_selector("#forest small:has-text('kira-kira luas')")
    assert load_project(served.home).forest.stated_ha == 0
    stated.fill("16.060,5")
    page.locator("#forest input[name=name]").fill("Register 30")
    # The page forbids eval, so it is asked by locators alone.
    with page.expect_response(lambda answer: "Register" in (answer.request.post_data or "")):
        page.locator("#group").focus()
    page.locator("#forest small:empty").first.wait_for(state="attached")
    page.reload()
    stated.wait_for()
    assert page.locator("#forest input[name=name]").input_value() == "Register 30"
    assert stated.input_value() == "16.060,5"
    assert load_project(served.home).forest.stated_ha == 16060.5


@needs_browser
def test_a_file_in_the_wrong_place_is_told_there_and_changes_nothing(served, page, tmp_path):
    photo = tmp_path / "batas.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    for role in ("boundary", "members"):
        _add(page, role, photo)
        page.wait_for_selector(f"#problem-{role}:has-text('batas.png')")
    _add(page, "walks", photo)  # of no group
    page.wait_for_selector("#problem-walks:not(:empty)")

    assert load_project(served.home).forest is None
    assert list(served.home.rglob("batas.png")) == []
    assert page.locator("#members li").count() == 0


@needs_browser
def test_a_walk_can_be_taken_out_and_is_kept_aside(served, page, small_project):
    walk = small_project / "kelompok/KTH Mawar/lahan.geojson"
    page.fill("#group", "KTH Mawar")
    _add(page, "walks", walk)
    page.click("#walks summary")
    page.click("#walks details button")
    page.wait_for_selector("#walks summary:has-text('· 0')")

    (aside,) = (served.home / "tidak_dipakai").rglob("lahan.geojson")
    assert aside.read_bytes() == walk.read_bytes()
    assert list((served.home / "kelompok").rglob("*.geojson")) == []


@needs_browser
def test_a_drop_larger_than_the_limit_is_refused_before_it_is_sent(served, page, small_project):
    toml = served.home / "hkm.toml"
    assert page.evaluate("words.limit_bytes") == 512 * 2**20
    page.evaluate("words.limit_bytes = 100")
    page.fill("#group", "KTH Mawar")
    _add(page, "walks", small_project / "kelompok/KTH Mawar/lahan.geojson")
    page.wait_for_selector("#problem-walks:not(:empty)")

    assert "KTH Mawar" not in toml.read_text("utf-8")


@needs_browser
def test_a_second_tab_shows_what_the_first_has_done(served, page, small_project):
    second = page.context.new_page()
    second.goto(served.address)
    page.bring_to_front()
    _add(page, "members", small_project / "anggota.csv")
    page.wait_for_selector("#members li")
    assert second.locator("#members li").count() == 0
    second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    second.wait_for_selector("#members li:has-text('anggota.csv')")


@needs_browser
def test_a_page_whose_program_is_closed_says_how_to_open_it_again(served, browser):
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    for tab in (page, other):
        tab.goto(served.address)
    other.click("#close")
    other.wait_for_selector(".closed")
    page.wait_for_timeout(300)
    page.click("#run")
    page.wait_for_selector("#problem:has-text('hkm serve')")

    assert page.locator("#run").is_enabled()
    context.close()


@needs_browser
def test_a_job_that_cannot_be_done_says_so_on_the_page_until_something_changes(page, small_project):
    page.click("#run")
    page.wait_for_selector("#problem:not(:empty)", timeout=20_000)

    assert "Traceback" not in page.inner_text("#problem")
    assert page.locator("#results").is_hidden()
    page.set_input_files("#input-members", small_project / "anggota.csv")
    page.wait_for_selector("#problem:empty", state="attached")


def test_more_than_the_reader_would_read_is_not_even_taken(served, monkeypatch):
    form = b"--x\r\nContent-Disposition: form-data; name=role\r\n\r\nwalks\r\n--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    length = {"Content-Length": str(Limits().file_bytes + 1)}

    assert served.ask(served.address + "files", kind, data=form)[0] == 400  # no file in it
    assert served.ask(served.address + "files", kind | length, data=form)[0] == 413


def test_an_answer_to_nothing_that_is_asked_and_a_file_that_is_not_shown_are_refused(served):
    before = (served.home / "hkm.toml").read_bytes()
    for path, said in (
        ("answer", b"table=project&key=crs&typed=EPSG:1"),
        ("answer", b"table=forest&key=file&typed=/etc/passwd"),
        ("aside", b"path=hkm.toml"),
        ("aside", b"path=../../etc/passwd"),
    ):
        assert served.ask(served.address + path, {}, data=said)[0] == 400

    assert (served.home / "hkm.toml").read_bytes() == before


def test_answers_that_arrive_at_once_are_all_kept(served):
    keys = ("pekon", "kecamatan", "ketua", "kepala_pekon")

    def tell(key: str) -> None:
        said = f"table=groups&group=KTH+Mawar&key={key}&typed=Tuan+{key}".encode()
        assert served.ask(served.address + "answer", {}, data=said)[0] == 200

    people = [threading.Thread(target=tell, args=(key,)) for key in keys]
    for one in people:
        one.start()
    for one in people:
        one.join()

    group = load_project(served.home).group("KTH Mawar")
    assert [getattr(group, key) for key in keys] == [f"Tuan {key}" for key in keys]


def test_a_fault_of_the_program_is_told_to_the_page_without_the_token(served, monkeypatch, capfd):
    def fail(_home: Path, _lang: str) -> None:
        raise RuntimeError("NIK 1802041234567890")

    monkeypatch.setattr("hkm_gis.local_page.app.contents_of", fail)
    status, said = served.get("state")

    assert status == 500
    assert "RuntimeError" in json.loads(said)["error"]
    assert "1802041234567890" not in said.decode()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_is_wrong_with_the_project_in_its_own_language(tmp_path, lang):
    (tmp_path / "hkm.toml").write_text("[forest]\n")

    told = contents_of(tmp_path, lang)["problem"]

    with pytest.raises(ProjectError) as refused:
        load_project(tmp_path)
    assert told == refused.value.sentence(lang)


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
