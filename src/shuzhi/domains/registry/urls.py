from django.urls import path

from shuzhi.domains.registry import pages

app_name = "registry"

urlpatterns = [
    path("registry/", pages.index, name="index"),
    path("registry/areas/", pages.areas, name="areas"),
    path("registry/units/", pages.units, name="units"),
    path("registry/categories/", pages.categories, name="categories"),
    path("registry/catalogue/", pages.catalogue, name="catalogue"),
    path("registry/catalogue/proposals/", pages.decide_proposal, name="decide_proposal"),
    path("registry/sla/", pages.sla, name="sla"),
    path("registry/calendar/", pages.calendar, name="calendar"),
    path("registry/calendar/hours/", pages.change_hours, name="change_hours"),
]
