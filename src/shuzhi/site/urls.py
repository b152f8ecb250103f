"""Every address of the platform."""

from importlib.util import find_spec

from django.urls import include, path
from django.views.i18n import set_language

from shuzhi.site import pages
from shuzhi.site.settings import ROOMS

urlpatterns = [
    path("", pages.home, name="home"),
    path("preferences/", pages.preferences, name="preferences"),
    path("language/", set_language, name="set_language"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("status/", pages.platform_status, name="status"),
    path("healthz", pages.health, name="health"),
]
if find_spec("shuzhi.site.login") and find_spec("shuzhi.site.login.urls"):
    urlpatterns.append(path("", include("shuzhi.site.login.urls")))
else:
    urlpatterns += [
        path("login/", pages.accessibility, name="login"),
        path("logout/", pages.home, name="logout"),
    ]
for room in ROOMS:
    if find_spec(f"shuzhi.domains.{room}.urls"):
        urlpatterns.append(path("", include(f"shuzhi.domains.{room}.urls")))
if find_spec("shuzhi.site.api"):
    urlpatterns.append(path("", include("shuzhi.site.api_urls")))
