"""Where results go: standard output, or a file that is whole or not there at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hkm_gis.errors import FileError
from hkm_gis.text import say

__all__ = ["give", "progress_bar", "target", "tell_files"]


def give(content: bytes, out: str | None, *, overwrite: bool) -> None:
    """Write ``content`` to ``out``, or to standard output where that is not named."""
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        from hkm_gis.files import replace_file

        # what the commands with --out tell names members, files and cells as they are
        replace_file(target(out, overwrite=overwrite), content, private=True)


def target(out: str | Path, *, overwrite: bool) -> Path:
    """Return the path to write to; FileError where a file stands there and must stay."""
    path = Path(out)
    if path.exists() and not overwrite:
        raise FileError("output_exists", path=str(out))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def progress_bar(lang: str, *, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show the steps of a long job on a terminal; stay silent elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("workflow.start", lang), total=None)

        def tell(name: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=say(f"workflow.{name}", lang))

        yield tell


def tell_files(title: str, paths: Iterator[Path] | list[Path] | tuple[Path, ...]) -> None:
    """Print a title and the files below it."""
    click.secho(title, bold=True)
    for path in paths:
        click.echo(f"  {path}")
