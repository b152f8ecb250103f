from django.urls import path

from shuzhi.domains.policy.pages import ask, books, offers, simulation, work

app_name = "policy"
urlpatterns = [
    path("policy/", ask.start, name="start"),
    path("policy/offer/<str:secret>/", offers.offer, name="offer"),
    path("policy/offer/<str:secret>/answer/", offers.answer, name="answer"),
    path("policy/offer/<str:secret>/dispute/", offers.dispute, name="dispute"),
    path("policy/offer/<str:secret>/decision/<int:number>/", offers.decision, name="decision"),
    path(
        "policy/offer/<str:secret>/decision/<int:number>/notice/",
        offers.decision_notice,
        name="decision_notice",
    ),
    path("policy/<slug:code>/", ask.ask, name="ask"),
    path("policy/<slug:code>/notice/", ask.notice, name="notice"),
    path("policy/<slug:code>/receipt/", ask.receipt, name="receipt"),
    path("policy/<slug:code>/book.yaml", ask.book_file, name="book_file"),
    path("desk/policy/", books.books, name="books"),
    path("desk/policy/books/<slug:code>/", books.book, name="book"),
    path("desk/policy/books/<slug:code>/diff/", books.diff, name="diff"),
    path("desk/policy/books/<slug:code>/propose/", books.propose, name="propose"),
    path("desk/policy/books/<slug:code>/settle/", books.settle, name="settle"),
    path("desk/policy/books/<slug:code>/return/", books.roll_back, name="roll_back"),
    path("desk/policy/books/<slug:code>/simulation/", simulation.simulation, name="simulation"),
    path("desk/policy/books/<slug:code>/simulation.csv", simulation.table, name="simulation_table"),
    path("desk/policy/books/<slug:code>/simulation/keep/", simulation.keep, name="keep_scenario"),
    path("desk/policy/found/", work.found, name="found"),
    path("desk/policy/found/look/", work.look, name="look"),
    path("desk/policy/found/switch/", work.switch, name="switch"),
    path("desk/policy/found/signatures/", work.signatures, name="signatures"),
    path("desk/policy/found/<int:entitlement_id>/visit/", work.visit, name="visit"),
    path("desk/policy/queue/", work.queue, name="queue"),
    path("desk/policy/queue/<int:review_id>/", work.review, name="review"),
    path("desk/policy/queue/<int:review_id>/settle/", work.settle, name="settle_review"),
    path("desk/policy/payments/", work.payments, name="payments"),
    path("desk/policy/payments/pay/", work.pay, name="pay"),
    path("desk/policy/payments/<int:batch_id>/", work.order_file, name="order_file"),
]
