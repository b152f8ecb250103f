from django.urls import path

from shuzhi.domains.insight import pages

app_name = "insight"
urlpatterns = [
    path("desk/issues/", pages.issues, name="issues"),
    path("desk/issues/<int:issue_id>/", pages.issue, name="issue"),
    path("desk/issues/<int:issue_id>/merge/", pages.merge, name="merge"),
    path("desk/issues/<int:issue_id>/split/", pages.split, name="split"),
    path("desk/issues/<int:issue_id>/confirm/", pages.confirm, name="confirm"),
    path("desk/issues/<int:issue_id>/undo/", pages.undo, name="undo"),
    path("desk/demands/<int:demand_id>/issue/", pages.of_demand, name="of_demand"),
]
