"""Help pages, and sentences about a command typed wrongly, in the language of the user."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import click

from hkm_gis.cli.options import help_of
from hkm_gis.text import named_language, say

__all__ = ["UsageCommand", "UsageContext", "command", "usage_sentence"]


def _word(key: str, **facts: object) -> str:
    return say(f"usage.{key}", named_language(), **facts)


class _Formatter(click.HelpFormatter):
    """click's own layout; only its words are ours."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{_word('usage')} ")

    def write_heading(self, heading: str) -> None:
        ours = {"Options": "options", "Commands": "commands"}
        super().write_heading(_word(ours[heading]) if heading in ours else heading)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        told = [(first, _in_our_words(second)) for first, second in rows]
        super().write_dl(told, col_max, col_spacing)


def _in_our_words(text: str) -> str:
    return text.replace("[default: ", f"[{_word('default')}: ")


class UsageContext(click.Context):
    """A context whose help pages are written in the language of the user."""

    formatter_class = _Formatter


class UsageCommand(click.Command):
    """A command that speaks the language of the user."""

    context_class = UsageContext

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **{"options_metavar": _word("options_place")} | extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; an error knows which command they were meant for."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click's own parser forgets it where a value lacks
            raise

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help``, told in the language of the user."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _word("help")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        """Return the first sentence, whole: a sentence cut short helps nobody."""
        return re.split(r"(?<=\.) ", self.help or "")[0]


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function the command ``name``, with the help text of that name."""
    return click.command(name, cls=UsageCommand, help=help_of(name.replace("-", "_")))


def usage_sentence(error: click.ClickException, commands: Iterable[str]) -> str:
    """Return what was typed wrongly, and what to type next."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "hkm"
    return f"{_what_is_wrong(error, commands)} {_word('ask_help', command=path)}"


def _what_is_wrong(error: click.ClickException, commands: Iterable[str]) -> str:
    if isinstance(error, click.MissingParameter):
        return _word("missing", name=_name_of(error))
    if isinstance(error, click.BadParameter):
        return _word("bad_value", name=_name_of(error), problem=_problem(error))
    if isinstance(error, click.NoSuchOption):
        # Without a close match click says None; it has compared them already.
        near = error.possibilities or []
        return _word("no_option", name=error.option_name) + _did_you_mean(near)
    if isinstance(error, click.BadOptionUsage):
        return _word("option_alone", name=error.option_name)
    # click knows no kinds for what is left: it names the word between quotes or brackets.
    said = re.search(r"'(.*)'|\((.*)\)", error.message)
    name = said[said.lastindex or 0] if said else error.message
    if "command" in error.message:
        return _word("no_command", name=name) + _did_you_mean(get_close_matches(name, commands))
    return _word("too_much", name=name)


def _name_of(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return "" if error.param is None else error.param.human_readable_name.strip("[]")


def _problem(error: click.BadParameter) -> str:
    kind = None if error.param is None else error.param.type
    if isinstance(kind, click.Choice):
        return _word("choose", names=tuple(kind.choices))
    if isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        return _word("number")
    return _word("as_typed", typed=error.message)


def _did_you_mean(names: Iterable[str]) -> str:
    near = tuple(names)
    return f" {_word('near', names=near)}" if near else ""
