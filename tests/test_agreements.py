"""Agreements that a machine keeps: names, words, layers, units."""

from __future__ import annotations

import ast
import inspect
import string
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import hkm_gis
from hkm_gis.cli.main import COMMANDS, hkm
from hkm_gis.text import LANGUAGES, catalogue

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "hkm_gis").rglob("*.py"))

# Commands whose function has another name, and why: these alone would be no verbs.
FUNCTION_OF = {"demo": "run_demo", "doctor": "run_doctor", "guide": "draw_guide"}
UNITS = ("_m", "_m2", "_ha", "_deg", "_s", "_mm", "_pct", "_share", "_ratio", "_mb", "_pt", "_km")


def test_imports_go_down_only(monkeypatch):
    monkeypatch.chdir(ROOT)

    assert lint_imports(no_cache=True) == 0


def test_the_public_names_are_exactly_the_listed_ones():
    listed = hkm_gis.__all__

    assert sorted(listed, key=lambda n: (not n.isupper(), n[0].islower(), n)) == listed
    assert sorted(listed) == sorted(hkm_gis._ROOM_OF)
    for name in listed:
        assert getattr(hkm_gis, name) is not None


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError):
        hkm_gis.no_such_name  # noqa: B018


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_public_function_with_help(command):
    name = FUNCTION_OF.get(command, command.replace("-", "_"))

    assert callable(getattr(hkm_gis, name))
    assert hkm.get_command(None, command).help


def test_public_lengths_and_areas_carry_their_unit():
    """Every number that has a unit has it in its name."""
    wrong = [
        f"{name}({parameter.name})"
        for name in hkm_gis.__all__
        if inspect.isfunction(getattr(hkm_gis, name))
        for parameter in inspect.signature(getattr(hkm_gis, name)).parameters.values()
        if str(parameter.annotation) in ("float", "float | None")
        and not parameter.name.endswith(UNITS)
    ]

    assert wrong == []


def test_every_public_function_says_what_it_does():
    silent = [
        name
        for name in hkm_gis.__all__
        if callable(getattr(hkm_gis, name)) and not (getattr(hkm_gis, name).__doc__ or "").strip()
    ]

    assert silent == []


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(ROOT).as_posix())
def test_a_module_opens_with_its_mission_and_lists_its_names(module):
    tree = ast.parse(module.read_text("utf-8"))
    names = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    assert (ast.get_docstring(tree) or "").strip()
    assert "__all__" in names or module.name in ("__init__.py", "__main__.py")


def test_no_room_is_called_by_a_word_that_says_nothing():
    empty_words = {"utils", "helpers", "common", "core", "misc"}

    assert not empty_words & {m.stem for m in MODULES} | empty_words & {
        m.parent.name for m in MODULES
    }


OTHERS = pytest.mark.parametrize("lang", LANGUAGES[1:])


@OTHERS
def test_every_language_says_the_same_things(lang):
    first, other = catalogue(LANGUAGES[0]), catalogue(lang)

    assert first.keys() == other.keys()
    for room in first:
        assert first[room].keys() == other[room].keys(), room


@OTHERS
def test_every_language_names_the_same_facts(lang):
    differing = [
        f"{room}.{key}"
        for room, words in catalogue(LANGUAGES[0]).items()
        for key, template in words.items()
        if _places(template) != _places(catalogue(lang)[room][key])
    ]

    assert differing == []


def test_every_error_that_is_raised_has_its_words():
    words = catalogue("id")["errors"]
    raised = {
        (module.name, node.args[0].value)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("HkmError", "FileError", "ProjectError", "TableError")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }

    assert raised
    assert {(module, key) for module, key in raised if key not in words} == set()


def test_help_does_not_wait_for_geopandas():
    code = (
        "import sys; from hkm_gis.cli import hkm\n"
        "try: hkm(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'geopandas', 'pandas', 'shapely', 'numpy', 'folium'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_nothing_is_ever_unpickled_or_evaluated():
    dangerous = ("pickle", "marshal", "shelve", "joblib")
    found = [
        (module.name, name)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        for name in _dangerous(node, dangerous)
    ]

    assert found == []


def _dangerous(node: ast.AST, modules: tuple[str, ...]) -> list[str]:
    if isinstance(node, ast.Import):
        return [a.name for a in node.names if a.name.split(".")[0] in modules]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if (node.module or "").split(".")[0] in modules else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [node.func.id] if node.func.id in ("eval", "exec") else []
    return []


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
