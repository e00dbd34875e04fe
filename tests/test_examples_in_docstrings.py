"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMES = sorted(
    ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for p in (ROOT / "hkm_gis").rglob("*.py")
    if ">>> " in p.read_text("utf-8")
)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_run(name):
    tried = doctest.testmod(import_module(name), optionflags=doctest.IGNORE_EXCEPTION_DETAIL)

    assert not tried.failed
