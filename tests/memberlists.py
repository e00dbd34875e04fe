"""Member lists as people keep them, written to a folder."""

from __future__ import annotations

import openpyxl

NIK = "9999010101800001"
KK = "9999010101100001"


def csv(folder, text, *, encoding="utf-8"):
    path = folder / "anggota.csv"
    path.write_bytes(text.encode(encoding))
    return path


def xlsx(folder, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "anggota.xlsx"
    book.save(path)
    return path


def rules(register):
    return [r.rule for r in register.repairs]
