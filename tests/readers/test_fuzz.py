"""A short slice of the fuzz, and the proof that its watch sees what it watches for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HARM = (
    "open(folder.parent / 'luar.txt')",
    "open(folder / 'baru.txt', 'w')",
    "(folder / 'a.txt').unlink()",
    "socket.socket()",
    "os.system('true')",
)
PROGRAM = """
import json, os, socket, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from watch import Watch
folder, heard = Path(sys.argv[2]), []
watch = Watch(folder)
for line in ["(folder / 'a.txt').read_text()", *json.loads(sys.argv[3])]:
    with watch:
        eval(line)
    heard.append(len(watch.offences))
    watch.offences.clear()
print(json.dumps(heard))
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_no_damaged_file_raises_hangs_or_reaches_beyond_what_was_given() -> None:
    done = run(str(HERE / "fuzz.py"), "30", "60")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_watch_hears_harm_and_lets_reading_pass(tmp_path: Path) -> None:
    folder = tmp_path / "dalam"
    folder.mkdir()
    for file in (folder / "a.txt", tmp_path / "luar.txt"):
        file.write_text("x")

    done = run("-W", "ignore", "-c", PROGRAM, str(HERE), str(folder), json.dumps(HARM))

    assert done.returncode == 0, done.stderr
    reading, *harm = json.loads(done.stdout)
    assert reading == 0
    assert len(harm) == len(HARM)
    assert all(harm)
