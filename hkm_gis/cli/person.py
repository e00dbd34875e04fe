"""The person at the terminal: asked in plain words, and only where somebody sits there."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from hkm_gis.errors import HkmError
from hkm_gis.text import phrase, say

__all__ = ["TerminalPerson", "agrees", "somebody_is_there"]


def somebody_is_there() -> bool:
    """Return whether a person can answer: a script must never be kept waiting."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agrees(question: str, lang: str) -> bool:
    """Ask a yes-or-no question until it is answered in a word of the language; Enter is yes."""
    yes, no = (phrase(f"questions.{word}", lang).split("|") for word in ("yes", "no"))
    words = f"{say(f'questions.{question}', lang)} ({yes[0]}/{no[0]})"
    while True:
        answer = click.prompt(words, default=yes[0], err=True).strip().casefold()
        if answer in yes + no:
            return answer in yes
        click.secho(say("questions.yes_or_no", lang, yes=yes[0], no=no[0]), fg="red", err=True)


@dataclass(frozen=True, slots=True)
class TerminalPerson:
    """Answers typed at a terminal, in the language of the user."""

    lang: str

    def ask(self, question: str, *, default: str = "", **facts: str) -> str:
        """Return what is typed; the default, or nothing, where only Enter is pressed."""
        words = say(f"questions.{question}", self.lang, **facts)
        answer: str = click.prompt(words, default=default, show_default=bool(default), err=True)
        return answer.strip()

    def tell(self, sentence: str, **facts: str) -> None:
        """Show a sentence."""
        click.echo(say(f"questions.{sentence}", self.lang, **facts), err=True)

    def complain(self, error: HkmError) -> None:
        """Show why the last answer could not be used."""
        click.secho(error.sentence(self.lang), fg="red", err=True)
