"""The survey in the formats that offices and other programs read."""

from hkm_gis.exports.findings import REPORT_FORMATS, report_as_dict, write_report
from hkm_gis.exports.names import program_version
from hkm_gis.exports.postgis import export_to_postgis
from hkm_gis.exports.reading_back import Loss
from hkm_gis.exports.tables import TABLE_FORMATS, write_table
from hkm_gis.exports.writing import EXPORT_FORMATS, LossWarning, export, tell_loss

__all__ = [
    "EXPORT_FORMATS",
    "REPORT_FORMATS",
    "TABLE_FORMATS",
    "Loss",
    "LossWarning",
    "export",
    "export_to_postgis",
    "program_version",
    "report_as_dict",
    "tell_loss",
    "write_report",
    "write_table",
]
