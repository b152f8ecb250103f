from django.urls import path

from shuzhi.domains.casework.pages import automatic, desk, held, order, replying, track

app_name = "casework"
urlpatterns = [
    path("track/", track.track, name="track"),
    path("track/<str:public_code>/", track.progress, name="progress"),
    path("track/<str:public_code>/rating/", track.rate, name="rate"),
    path("track/<str:public_code>/news/", track.follow, name="follow"),
    path("track/<str:public_code>/more/", track.supplement, name="supplement"),
    path("track/<str:public_code>/letter/", track.letter, name="letter"),
    path("track/<str:public_code>/<slug:action>/", track.step, name="citizen_step"),
    path("desk/", desk.desk, name="desk"),
    path("desk/orders/", desk.orders, name="orders"),
    path("desk/orders/bulk/", desk.bulk, name="bulk"),
    path("desk/orders/export.<slug:extension>", desk.export, name="export"),
    path("desk/orders/<str:number>/", order.order, name="order"),
    path("desk/orders/<str:number>/triage/", order.triage, name="triage"),
    path("desk/orders/<str:number>/split/", order.split, name="split"),
    path("desk/orders/<str:number>/merge/", order.merge, name="merge"),
    path("desk/orders/<str:number>/reply-check/", replying.check_reply, name="check_reply"),
    path("desk/orders/<str:number>/reply-draft/", replying.draft, name="draft_reply"),
    path("desk/orders/<str:number>/keep-automatic/", automatic.keep, name="keep_automatic"),
    path("desk/orders/<str:number>/<slug:action>/", order.take_step, name="take_step"),
    path("desk/demands/<int:demand_id>/", order.of_demand, name="order_of_demand"),
    path("desk/automatic/", automatic.automatic, name="automatic"),
    path("desk/automatic/rule/", automatic.set_rule, name="set_automatic_rule"),
    path("desk/held/", held.held, name="held"),
    path("desk/held/release/", held.release, name="release"),
    path("desk/board/", desk.board, name="board"),
    path("desk/due/<str:unit>.ics", desk.calendar_feed, name="calendar_feed"),
]
