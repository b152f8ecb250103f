from django.urls import path

from shuzhi.domains.intake.pages import calls, models, photos, receipt, report

app_name = "intake"
urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/map.svg", report.map_picture, name="map"),
    path("report/receipt/", receipt.receipt, name="receipt"),
    path("photos/<int:photo_id>/", photos.photo, name="photo"),
    path("desk/calls/new/", calls.receive_call, name="receive_call"),
    path("desk/calls/beside/", calls.beside_call, name="beside_call"),
    path("desk/models/", models.models, name="models"),
    path("desk/models/learning/", models.learn, name="learn"),
    path("desk/models/<str:version>/", models.model, name="model"),
    path("desk/models/<str:version>/confusion.svg", models.confusion, name="model_confusion"),
    path("desk/models/<str:version>/promoting/", models.promote, name="promote_model"),
    path("desk/models/<str:version>/rolling-back/", models.roll_back, name="roll_back_model"),
]
