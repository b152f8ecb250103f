from django.urls import path

from shuzhi.domains.statistics import pages

app_name = "statistics"

urlpatterns = [
    path("figures/", pages.figures, name="figures"),
    path("figures/figures.csv", pages.table, name="table"),
    path("figures/week/", pages.week, name="week"),
]
