from django.urls import path

from shuzhi.domains.intake.pages import calls, photos, receipt, report

app_name = "intake"
urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/map.svg", report.map_picture, name="map"),
    path("report/receipt/", receipt.receipt, name="receipt"),
    path("photos/<int:photo_id>/", photos.photo, name="photo"),
    path("desk/calls/new/", calls.receive_call, name="receive_call"),
    path("desk/calls/beside/", calls.beside_call, name="beside_call"),
]
