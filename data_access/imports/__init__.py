"""Workbooks, CSV files, boundaries and the indicator dictionary, as offices hand them in, into the shared database."""

from data_access.imports.loading import import_files
from data_access.imports.report import KindReport, Report, exit_code

__all__ = ["KindReport", "Report", "exit_code", "import_files"]
