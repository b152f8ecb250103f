"""Why the knowledge base says no."""

from django.utils.translation import gettext_lazy as _

from shuzhi.spine.errors import Refused


class VersionWaits(Refused):
    code = "version-waits"
    message = _("Version %(number)s of this article waits for review. Approve or decline it first.")


class NothingWaits(Refused):
    code = "nothing-waits"
    message = _("No version of this article waits for review.")


class SamePersonWrote(Refused):
    code = "same-person-wrote"
    message = _("Whoever wrote a version cannot approve it. Ask a colleague.")
