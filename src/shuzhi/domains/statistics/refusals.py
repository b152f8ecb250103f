"""Why statistics says no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from shuzhi.spine.errors import Refused


class FiguresMissing(Refused):
    code, status = "figures-missing", HTTPStatus.SERVICE_UNAVAILABLE
    message = _(
        "Files of the warehouse are missing, so no figure can be shown. "
        "Whoever runs the platform rebuilds them with: shuzhi statistics rebuild"
    )
