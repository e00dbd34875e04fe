"""Run the command line as ``python -m hkm_gis``."""

from hkm_gis.cli import hkm

if __name__ == "__main__":
    hkm()
