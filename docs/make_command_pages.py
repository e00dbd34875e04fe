"""Write the reference of all commands, in both languages, from the help that they print."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent
PAGES = {"id": "perintah.md", "en": "commands.md"}
COMPLETION = '\n```sh\neval "$(_HKM_COMPLETE=bash_source hkm)"\n```\n'
HEADS = {
    "id": "# Semua perintah\n\nHalaman ini ditulis oleh program dari bantuannya sendiri "
    "(`hkm PERINTAH --help`).\nKode akhir: 0 selesai tanpa kesalahan terbuka · 1 selesai, masih "
    "ada kesalahan terbuka · 2 tidak dapat dikerjakan · 130 dihentikan.\n\n"
    "Di Linux dan macOS, tombol Tab melengkapi perintah dan pilihan bila baris ini ada di "
    "`~/.bashrc` (untuk zsh: `~/.zshrc` dan `zsh_source`):\n" + COMPLETION,
    "en": "# All commands\n\nThis page is written by the program from its own help "
    "(`hkm COMMAND --help`).\nExit codes: 0 done, no open error · 1 done, open errors remain · "
    "2 could not be done · 130 interrupted.\n\n"
    "On Linux and macOS the Tab key completes commands and choices once this line stands in "
    "`~/.bashrc` (for zsh: `~/.zshrc` and `zsh_source`):\n" + COMPLETION,
}

# Help is written in the language of the user when the commands are imported: one process each.
TELL = """
from hkm_gis.cli.main import COMMANDS, hkm
for name in COMMANDS:
    command = hkm.get_command(None, name)
    context = command.context_class(command, info_name=f"hkm {name}", max_content_width=88)
    context.terminal_width = 88
    print(f"\\n## hkm {name}\\n\\n```text\\n{command.get_help(context)}\\n```")
"""


def page(lang: str) -> str:
    """Return the reference in one language."""
    done = subprocess.run(  # noqa: S603 (our own words, our own Python)
        [sys.executable, "-c", TELL, "--lang", lang],
        env=os.environ | {"HKM_LANG": "id", "PYTHONUTF8": "1"},  # the default that help names
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    return HEADS[lang] + done.stdout


def pages() -> dict[str, str]:
    """Return every page by the name of its file."""
    return {name: page(lang) for lang, name in PAGES.items()}


if __name__ == "__main__":
    for name, words in pages().items():
        (DOCS / name).write_text(words, "utf-8", newline="\n")
