"""The command line: each command is one public function, with the same name."""

from hkm_gis.cli.main import hkm

__all__ = ["hkm"]
