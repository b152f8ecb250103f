"""The only entrance to the policy room."""

from shuzhi.domains.policy.cards import BookDetail
from shuzhi.domains.policy.services.answering import (
    MOST_MEMBERS,
    Told,
    answer,
    book_text,
    compare,
    known_answers,
    members_matter,
    receipt,
)
from shuzhi.domains.policy.services.calculating import calculate, explain
from shuzhi.domains.policy.services.contracts import pause, resume, set_signatures
from shuzhi.domains.policy.services.deciding import settle_review
from shuzhi.domains.policy.services.disputing import dispute_by_link
from shuzhi.domains.policy.services.finding import look_again, sweep, sweep_nightly
from shuzhi.domains.policy.services.offering import answer_offer, offer, record_visit
from shuzhi.domains.policy.services.paying import make_order_file, order_file, pay, reconcile
from shuzhi.domains.policy.services.seeing import (
    batches,
    counts,
    decision_file,
    entitlement,
    entitlement_of_link,
    entitlements,
    review,
    reviews,
    waiting_money,
)
from shuzhi.domains.policy.services.versions import (
    approve_book,
    book_detail,
    books,
    diff,
    load_shipped_books,
    propose_book,
    reject_book,
    roll_back,
    text_of,
    waiting_versions,
)

__all__ = [
    "MOST_MEMBERS",
    "BookDetail",
    "Told",
    "answer",
    "answer_offer",
    "approve_book",
    "batches",
    "book_detail",
    "book_text",
    "books",
    "calculate",
    "compare",
    "counts",
    "decision_file",
    "diff",
    "dispute_by_link",
    "entitlement",
    "entitlement_of_link",
    "entitlements",
    "explain",
    "known_answers",
    "load_shipped_books",
    "look_again",
    "make_order_file",
    "members_matter",
    "offer",
    "order_file",
    "pause",
    "pay",
    "propose_book",
    "receipt",
    "reconcile",
    "record_visit",
    "reject_book",
    "resume",
    "review",
    "reviews",
    "roll_back",
    "set_signatures",
    "settle_review",
    "sweep",
    "sweep_nightly",
    "text_of",
    "waiting_money",
    "waiting_versions",
]
