"""Write one page for each check to docs/checks, from the same words that the program prints."""

from __future__ import annotations

from pathlib import Path

from hkm_gis.checks import CHECKS, Check
from hkm_gis.text import LANGUAGES, catalogue

HEADINGS = {
    "id": ("Indonesia", "Yang tertulis di laporan", "Mengapa penting", "Yang perlu dilakukan"),
    "en": ("English", "What the report says", "Why it matters", "What to do"),
}


def page(check: Check) -> str:
    """Return the page of one check, Indonesian first."""
    head = f"# {check.code} {check.name}\n\n`{check.severity}`"
    return "\n\n".join([head, *(_part(check, lang) for lang in LANGUAGES)]) + "\n"


def index() -> str:
    """Return the list of all checks."""
    rows = [
        f"| [{c.code}]({c.code}-{c.name}.md) | {c.name} | {c.severity} "
        f"| {_words(c, 'id', 'title')} | {_words(c, 'en', 'title')} |"
        for c in CHECKS
    ]
    head = ["| code | name | severity | Indonesia | English |", "|---|---|---|---|---|"]
    return "# Checks\n\n" + "\n".join(head + rows) + "\n"


def pages() -> dict[str, str]:
    """Return every page by the name of its file."""
    return {"README.md": index()} | {f"{c.code}-{c.name}.md": page(c) for c in CHECKS}


def _part(check: Check, lang: str) -> str:
    language, says, why, fix = HEADINGS[lang]
    said = [
        f"- {severity}`{words}`"
        for severity, words in [("", _words(check, lang, "finding")), *_other(check, lang)]
    ]
    return "\n\n".join(
        [
            f"## {language}: {_words(check, lang, 'title')}",
            f"**{says}**\n\n" + "\n".join(said),
            f"**{why}** {_words(check, lang, 'why')}",
            f"**{fix}** {_words(check, lang, 'fix')}",
        ]
    )


def _other(check: Check, lang: str) -> list[tuple[str, str]]:
    words = catalogue(lang)["checks"]
    keys = [k for k in words if k.startswith(f"{check.code}.") and k.count(".") == 2]
    return [(f"{key.split('.')[1]}: ", words[key]) for key in keys]


def _words(check: Check, lang: str, part: str) -> str:
    return catalogue(lang)["checks"][f"{check.code}.{part}"]


def main() -> None:
    """Write the pages, and remove those of checks that are no more."""
    folder = Path(__file__).parent / "checks"
    folder.mkdir(exist_ok=True)
    written = pages()
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
