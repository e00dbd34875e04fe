"""The command ``hkm``: its commands by name, and what happens when one cannot go on."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from hkm_gis.cli.options import help_of
from hkm_gis.cli.usage import UsageCommand, usage_sentence
from hkm_gis.errors import HkmError, errno_name
from hkm_gis.text import named_language, phrase, say

__all__ = ["hkm"]

COULD_NOT = 2

# Command → the file that holds it. Only the file of the command that is run is imported, so
# that help is instant.
COMMANDS = {
    "new-project": "projects",
    "check": "checking",
    "explain": "checking",
    "find-overlaps": "checking",
    "sum-households": "checking",
    "read-recap": "checking",
    "draw-sheets": "drawing",
    "draw-map": "drawing",
    "export": "drawing",
    "pack-proposal": "packing",
    "verify-proposal": "packing",
    "run": "projects",
    "demo": "projects",
    "serve": "machine",
    "doctor": "machine",
    "guide": "drawing",
}


class _Commands(UsageCommand, click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        room = import_module(f"hkm_gis.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(room, cmd_name.replace("-", "_"))
        return command

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        extra["standalone_mode"] = False
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _note  # type: ignore[assignment]
                result = super().main(args, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.ClickException as error:
            _complain(usage_sentence(error, COMMANDS))
            sys.exit(error.exit_code)
        except click.Abort as abort:  # click's name for Ctrl-C, and for a signal to end
            stop = abort.__cause__
            raise stop if isinstance(stop, KeyboardInterrupt) else KeyboardInterrupt from None
        except HkmError as error:
            _complain(error.sentence(named_language()))
            sys.exit(COULD_NOT)
        except MemoryError:
            _complain(say("cli.no_memory", named_language()))
            sys.exit(COULD_NOT)
        except OSError as error:
            if os.environ.get("HKM_TRACE"):
                raise
            _complain(_refused(error))
            sys.exit(COULD_NOT)
        except Exception as error:
            if os.environ.get("HKM_TRACE"):
                raise
            _complain(_unexpected(error))
            sys.exit(COULD_NOT)
        sys.exit(result if isinstance(result, int) else 0)


def _complain(sentence: str) -> None:
    click.secho(_harmless(sentence), fg="red", err=True)


def _harmless(sentence: str) -> str:
    """Return a sentence that may name files and people, without their numbers and control signs."""
    shown = "".join(sign for sign in sentence if sign.isprintable() or sign == "\n")
    if not any(sign.isdigit() for sign in shown):
        return shown  # most sentences: the room below loads pandas
    try:
        from hkm_gis.privacy import redact
    except (ImportError, MemoryError):  # the computer lacks the memory even for that
        return re.sub(r"\d{4,}", "…", shown)
    return redact(shown)


def _unexpected(error: Exception) -> str:
    if _lacks_memory(error):
        return say("cli.no_memory", named_language())
    return say("cli.unexpected", named_language(), problem=_in_short(error))


def _lacks_memory(error: BaseException | None) -> bool:
    # A library that finds no room to be loaded, as Linux and Windows say it.
    signs = ("failed to map segment", "Cannot allocate memory", "paging file", "WinError 1455")
    if not isinstance(error, ImportError):
        return False
    return any(sign in str(error) for sign in signs) or _lacks_memory(error.__context__)


def _refused(error: OSError) -> str:
    place = str(error.filename or "?")
    return say("cli.refused", named_language(), file=place, problem_errno=errno_name(error))


def _note(message: Warning | str, category: type[Warning], *_place: object) -> None:
    # Our own warnings are sentences for users; those of libraries are for their makers.
    if category.__module__.startswith("hkm_gis"):
        click.secho(_harmless(str(message)), fg="yellow", err=True)


def _in_short(error: Exception) -> str:
    first = str(error).splitlines()[0] if str(error) else ""
    return f"{type(error).__name__}: {first}"[:200]


@click.command(
    cls=_Commands,
    help=help_of("hkm"),
    subcommand_metavar=phrase("usage.command_place", named_language()),
    context_settings={"max_content_width": 100},
)
@click.version_option(
    package_name="hkm-gis",
    prog_name="hkm",
    message="%(prog)s %(version)s",
    help=phrase("usage.version", named_language()),
)
def hkm() -> None:
    """Turn GPS walks into checked, measured and printed maps."""
