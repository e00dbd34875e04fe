"""The empty project folder that a group starts from, and how it is filled."""

from __future__ import annotations

from hkm_gis.starter.folder import new_project
from hkm_gis.starter.interview import Person, interview

__all__ = ["Person", "interview", "new_project"]
