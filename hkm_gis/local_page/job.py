"""One job at a time, done beside the page that waits for it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from hkm_gis.errors import HkmError
from hkm_gis.text import say
from hkm_gis.workflow import run

__all__ = ["RunningJob"]


class RunningJob:
    """The job of a project folder: running, done, or stopped by an error in plain words."""

    def __init__(self, home: Path, lang: str) -> None:
        self._home = home
        self._lang = lang
        self._lock = threading.Lock()
        self._said: dict[str, Any] = {"running": False, "error": "", "step": "", "share": 0.0}

    def state(self) -> dict[str, Any]:
        """Return ``running``, ``step`` in words, ``share`` done (0 to 1) and ``error`` in words."""
        with self._lock:
            return dict(self._said)

    def start(self) -> bool:
        """Start the job; False where it runs already."""
        with self._lock:
            if self._said["running"]:
                return False
            first = say("workflow.start", self._lang)
            self._said = {"running": True, "error": "", "step": first, "share": 0.0}
        threading.Thread(target=self._work, daemon=True).start()
        return True

    def _work(self) -> None:
        problem = ""
        try:
            run(self._home, lang=self._lang, progress=self._tell)
        except HkmError as error:
            problem = error.sentence(self._lang)
        except Exception as error:
            # The page must say that the job ended, whatever ended it.
            problem = say("cli.unexpected", self._lang, problem=f"{type(error).__name__}: {error}")
        with self._lock:
            self._said |= {"running": False, "error": problem}

    def _tell(self, name: str, done: int, total: int) -> None:
        with self._lock:
            self._said |= {"step": say(f"workflow.{name}", self._lang), "share": done / total}
