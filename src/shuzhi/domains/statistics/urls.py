from django.urls import path

from shuzhi.domains.statistics import pages

app_name = "statistics"

urlpatterns = [
    path("figures/", pages.figures, name="figures"),
    path("figures/figures.csv", pages.table, name="table"),
    path("figures/week/", pages.week, name="week"),
    path("figures/heard/", pages.hearing, name="hearing"),
    path("figures/tree/", pages.tree, name="tree"),
    path("figures/<slug:name>/", pages.measure, name="measure"),
    path("desk/figures/flows/rows/", pages.flow_rows, name="flow_rows"),
    path("desk/figures/<slug:name>/rows/", pages.rows, name="rows"),
    path("desk/demands/<int:demand_id>/figures/", pages.of_demand, name="of_demand"),
]
