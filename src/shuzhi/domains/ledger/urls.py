from django.urls import path

from shuzhi.domains.ledger.pages import own, public

app_name = "ledger"
urlpatterns = [
    path("ledger/", public.ledger, name="ledger"),
    path("ledger/witnesses/", public.witnesses, name="witnesses"),
    path("ledger/shuzhi-verify.pyz", public.verifier, name="verifier"),
    path("ledger/check/", public.check, name="check"),
    path("ledger/entries/<slug:log>/<int:index>/", public.entry, name="entry"),
    path("ledger/entries/<slug:log>/<int:index>/proof", public.proof, name="proof"),
    path("ledger/entries/<slug:log>/<int:index>/policy", public.policy, name="policy"),
    path("ledger/entries/<slug:log>/<int:index>/stamp", public.stamp, name="stamp"),
    path("ledger/badge/<str:public_code>/", own.badge, name="badge"),
    path("ledger/demands/<int:demand_id>/", own.receipts, name="receipts"),
    path("ledger/demands/<int:demand_id>/<slug:log>/<int:index>/", own.receipt, name="receipt"),
    path("ledger/demands/<int:demand_id>/<slug:log>/<int:index>/opening", own.opening, name="opening"),
    path("desk/ledger/demands/<int:demand_id>/", own.chain, name="chain"),
]
