"""Why the registry says no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from shuzhi.engines.tabular import UnreadableTable
from shuzhi.spine.errors import NotFound, Refused


class UnknownDataset(Refused):
    code, status = "unknown-dataset", HTTPStatus.NOT_FOUND
    message = _("There is no data set called %(dataset)s. Known: %(known)s.")


class MissingColumns(Refused):
    code, status = "missing-columns", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "The file has no column for %(missing)s. Its columns are: %(found)s. Add the column or rename one."
    )


class UnreadableFile(Refused):
    code, status = "unreadable-file", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The file cannot be read: %(why)s")

    @classmethod
    def because(cls, cause: UnreadableTable) -> "UnreadableFile":
        return cls(why=_UNREADABLE[cause.code] % cause.details, cause=cause.code)


class YearNotPublished(Refused):
    code, status = "year-not-published", HTTPStatus.NOT_FOUND
    message = _(
        "The holidays of %(year)s are not published in the installed calendar (it knows %(first)s to %(last)s). "
        "Enter them as a calendar file or day by day."
    )


class NoOpenProposal(NotFound):
    code = "no-open-proposal"
    message = _(
        "There is no proposal %(id)s that waits for a decision of yours. Somebody may have decided it."
    )


class NoTimeLimit(NotFound):
    code = "no-time-limit"
    message = _(
        "No time limit covers kind %(kind)s, urgency %(urgency)s, category %(category)s on %(day)s. "
        "Import time limits (data set sla) that do."
    )


_UNREADABLE = {
    "empty": _("it is empty."),
    "no_header": _("its first row does not hold column titles."),
    "too_large": _("it is larger than this system takes at once (%(limit)s bytes or rows). Divide it."),
    "too_many_columns": _("it has more than %(limit)s columns."),
    "old_workbook": _("it is an Excel 97-2003 workbook. Save it as .xlsx or as CSV."),
    "damaged_workbook": _("the workbook is damaged. Open it in a spreadsheet and save it again."),
    "zip_bomb": _("the workbook unpacks to far more than its size. Save the table as CSV."),
    "json_array": _("it is one JSON array. Write one object per line instead (JSON Lines)."),
    "not_geojson": _("it is not a GeoJSON FeatureCollection."),
}
