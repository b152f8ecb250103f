"""Codes that intake knows: channels, kinds of demand. Data, not schema: a new one needs no migration."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a channel needs: a citizen may use the first group, the others are written by staff or systems.
PUBLIC_CHANNELS: Mapping[str, Promise] = {
    "web": _("web"),
    "mobile_app": _("mobile app"),
    "wechat": _("WeChat"),
    "open311": _("Open311 application"),
    "api": _("other system"),
}
STAFF_CHANNELS: Mapping[str, Promise] = {
    "hotline": _("hotline"),
    "window": _("service window"),
    "letter": _("letter"),
    "email": _("e-mail"),
    "sms": _("text message"),
    "social_media": _("social media"),
    "grid_officer": _("grid officer"),
    "leader_board": _("message board for leaders"),
    "internal": _("found by the staff"),
    "other": _("other channel"),
}
CHANNELS: Mapping[str, Promise] = {**PUBLIC_CHANNELS, **STAFF_CHANNELS}

KINDS: Mapping[str, Promise] = {
    "inquiry": _("inquiry"),
    "help": _("help"),
    "complaint": _("complaint"),
    "report": _("report of a violation"),
    "suggestion": _("suggestion"),
    "praise": _("praise"),
}

SOURCE_LEVELS = frozenset({"national", "province", "city", "county", "town", "community"})

# Where a work order no longer moves unless somebody reopens it.
FINAL_STATUSES = frozenset({"closed", "terminated"})
# No receipt, no effect: what the public is told while a decision waits for the witnesses of the ledger.
UNWITNESSED = "unwitnessed"
