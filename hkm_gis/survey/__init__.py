"""Everything read for one job, in one value: the argument of every check and every output."""

from hkm_gis.survey.opening import DECISIONS_FILE, MEMORY_FILE, open_survey
from hkm_gis.survey.survey import Survey

__all__ = ["DECISIONS_FILE", "MEMORY_FILE", "Survey", "open_survey"]
