"""Every address of the platform."""

from django.urls import include, path
from django.views.i18n import set_language

from shuzhi.site import pages
from shuzhi.site.api import api
from shuzhi.site.settings import ROOMS

handler400 = "shuzhi.site.pages.bad_request"
handler403 = "shuzhi.site.pages.forbidden"
handler404 = "shuzhi.site.pages.not_found"
handler500 = "shuzhi.site.pages.server_error"

urlpatterns = [
    path("", pages.home, name="home"),
    path("preferences/", pages.preferences, name="preferences"),
    path("language/", set_language, name="set_language"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("status/", pages.platform_status, name="status"),
    path("healthz", pages.health, name="health"),
    path("api/", api.urls),
    path("open311/v2/", include("shuzhi.domains.intake.open311_urls")),
    path("", include("shuzhi.site.login.urls")),
]
urlpatterns += [path("", include(f"shuzhi.domains.{room}.urls")) for room in ROOMS]
