"""Help and usage errors speak the language of the user, and completion knows the commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from hkm_gis.cli import hkm, main, person
from hkm_gis.cli.main import COMMANDS
from hkm_gis.text import say

CLICKS_WORDS = re.compile(
    r"Usage|Options|Commands|OPTIONS|COMMAND|Show |default|Error|Try '|Did you"
)
ASKS = [sys.executable, "-m", "hkm_gis"]


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids="-".join)
def test_a_help_page_is_written_in_indonesian_alone(words):
    done = CliRunner().invoke(hkm, [*words, "--help"])

    assert done.exit_code == 0
    assert CLICKS_WORDS.findall(done.output) == []
    assert "..." not in done.output.replace("PERINTAH ...", "")  # no sentence is cut short


@pytest.mark.parametrize(
    ("words", "named", "help_asked"),
    [
        (("chek",), ": check[?]", "hkm --help"),
        (("check", "--bogus"), "--bogus", "hkm check --help"),
        (("check", "--quite"), "--quiet", "hkm check --help"),
        (("new-project",), "FOLDER", "hkm new-project --help"),
        (("run", "usulan", "kami"), "kami", "hkm run --help"),
        (("run", "--paper", "A9"), "A4, A3, A2, A1, A0", "hkm run --help"),
        (("run", "--scale", "besar"), "--scale", "hkm run --help"),
        (("run", "--paper"), "--paper", "hkm run --help"),
        (("check", "--limit", "file_mb"), "file_mb", "hkm check --help"),
    ],
)
def test_a_command_typed_wrongly_names_the_word_and_what_to_type_next(words, named, help_asked):
    done = CliRunner().invoke(hkm, words)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert re.search(named, done.stderr)
    assert done.stderr.rstrip().endswith(help_asked.removeprefix("hkm "))
    assert CLICKS_WORDS.findall(done.stderr) == []


def test_help_is_english_where_that_is_asked():
    done = subprocess.run(
        [*ASKS, "--help"], env=os.environ | {"HKM_LANG": "en"}, capture_output=True, check=True
    )

    assert b"Usage:" in done.stdout
    assert b"Show this help." in done.stdout


@pytest.mark.parametrize(
    ("environment", "told"), [({}, "[bawaan: id]"), ({"HKM_LANG": "en"}, "[default: en]")]
)
def test_help_names_the_language_that_is_spoken_unless_asked(environment, told):
    plain = {name: value for name, value in os.environ.items() if name != "HKM_LANG"}
    done = subprocess.run(
        [*ASKS, "doctor", "--help"], env=plain | environment, capture_output=True, check=True
    )

    assert told in done.stdout.decode()


@pytest.mark.parametrize(
    ("typed", "agreed"), [("Ya", True), ("y", True), ("tidak", False), ("T", False)]
)
def test_a_question_is_answered_in_the_words_of_the_language(typed, agreed, monkeypatch):
    answers = iter(["entahlah", typed])
    monkeypatch.setattr(person.click, "prompt", lambda *_a, **_k: next(answers))

    assert person.agrees("make_project", "id") is agreed


PRESSED = """
import signal, sys
signal.raise_signal(signal.{signal})
sys.path.remove({folder!r})
del sys.modules[__name__]
import {module}
"""


@pytest.mark.parametrize(
    ("entry", "module"),  # before and after click stands ready
    [(("-m", "hkm_gis"), "numpy"), (("-c", "from hkm_gis.__main__ import main; main()"), "click")],
)
def test_ctrl_c_during_an_import_is_one_sentence(entry, module, tmp_path, small_project):
    ended = end_while_importing(module, "SIGINT", entry, tmp_path, small_project)

    assert ended.returncode == 130


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal")
def test_a_signal_to_end_is_one_sentence(tmp_path, small_project):
    entry = ("-m", "hkm_gis")
    ended = end_while_importing("numpy", "SIGTERM", entry, tmp_path, small_project)

    assert ended.returncode == 143


def end_while_importing(module, signal, entry, folder, project):
    pressed = PRESSED.format(module=module, signal=signal, folder=str(folder))
    (folder / f"{module}.py").write_text(pressed)
    environment = os.environ | {"PYTHONPATH": str(folder)}
    words = [sys.executable, *entry, "run", str(project), "--lang", "en"]
    done = subprocess.run(words, env=environment, capture_output=True, check=False, text=True)

    assert done.stdout == ""
    assert done.stderr.strip() == say("cli.interrupted", "en")
    assert not (project / "hasil" / "peta.html").exists()
    return done


def test_completion_offers_commands_and_choices():
    def offered(*words):
        env = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
        asked = os.environ | env | {"_HKM_COMPLETE": "bash_complete"}
        ours = "import sys; sys.argv[0] = 'hkm'; from hkm_gis.cli import hkm; hkm(prog_name='hkm')"
        done = subprocess.run(
            [sys.executable, "-c", ours], env=asked, capture_output=True, text=True
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert offered("hkm", "draw-") == ["draw-sheets", "draw-map"]
    assert offered("hkm", "run", "--paper", "A") == ["A4", "A3", "A2", "A1", "A0"]


NO_ROOM = """
try:
    raise ImportError("libgdal.so.38: failed to map segment from shared object")
except ImportError as problem:
    raise ImportError("the extension of this library failed to import") from problem
"""


def test_a_library_that_finds_no_room_in_memory_is_one_sentence(tmp_path, small_project):
    (tmp_path / "pandas.py").write_text(NO_ROOM)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    words = [*ASKS, "check", str(small_project), "--lang", "en"]
    done = subprocess.run(words, env=environment, capture_output=True, check=False, text=True)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.rstrip() == say("cli.no_memory", "en")


def test_a_sentence_keeps_numbers_of_people_to_itself_also_where_memory_lacks(monkeypatch):
    monkeypatch.setitem(sys.modules, "hkm_gis.privacy", None)

    assert main._harmless("NIK 9999010101800001, 12 andil") == "NIK …, 12 andil"
