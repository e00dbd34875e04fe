"""Proof of what a file is, limits on what is read from it, and whole-file replacement."""

from __future__ import annotations

from hkm_gis.files.kind import Kind, has_guessed_letters, sniff, sniff_content, text_of
from hkm_gis.files.limits import DEFAULT_LIMITS, Limits, Refusal, allowing
from hkm_gis.files.local import hash_file, local_path, read_content
from hkm_gis.files.names import safe_names
from hkm_gis.files.replacement import replace_file, replacing, replacing_together
from hkm_gis.files.rooms import scratch_folder, scratch_for_libraries

__all__ = [
    "DEFAULT_LIMITS",
    "Kind",
    "Limits",
    "Refusal",
    "allowing",
    "has_guessed_letters",
    "hash_file",
    "local_path",
    "read_content",
    "replace_file",
    "replacing",
    "replacing_together",
    "safe_names",
    "scratch_folder",
    "scratch_for_libraries",
    "sniff",
    "sniff_content",
    "text_of",
]
