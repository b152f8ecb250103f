from django.urls import path

from shuzhi.domains.cockpit import live, pages

app_name = "cockpit"
urlpatterns = [
    path("desk/cockpit/", pages.cockpit, name="cockpit"),
    path("desk/cockpit/live/", live.live, name="live"),
]
