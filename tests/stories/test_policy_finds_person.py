"""Policy finds the person: held against the truth of a synthetic county, which the product never reads."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from shuzhi.domains.policy import services as policy
from shuzhi.domains.policy.models import Entitlement
from shuzhi.engines import county
from shuzhi.site.demo import policy as demo
from shuzhi.site.demo import registry as demo_registry
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from tests.factories import local

HOUSEHOLDS, PRECISION, RECALL = 1500, 0.98, 0.95
DAY = date(2026, 5, 11)


@pytest.mark.slow  # 4,000 people are carried in through the importers
@pytest.mark.django_db
def test_who_is_entitled_and_unpaid_is_found_and_hardly_anybody_else(settings, tmp_path):
    settings.SHUZHI_DATA_DIR = tmp_path
    place = county.registry(7)
    with clock.stopped_at(local("2026-05-11 09:00")), translation.override("zh-hans"):
        demo_registry.load(place, years=[2026])
        demo_registry.load_people(place, households=HOUSEHOLDS)
        truth = demo.load(place, households=HOUSEHOLDS, on=DAY)
        for code in demo.FOUND_UNDER:
            policy.sweep(code, by=SYSTEM)
            policy.sweep(code, on=DAY + timedelta(days=1), by=SYSTEM)

    due = {(book, who) for book, people in truth.items() for who in people}
    found = set(Entitlement.objects.filter(from_day=DAY).values_list("code", "subject"))
    right = found & due
    assert len(due) > 100
    assert len(right) / len(found) >= PRECISION, sorted(found - due)
    assert len(right) / len(due) >= RECALL, sorted(due - found)
    paid = {(row.code, row.subject): row.amount_fen / 100 for row in Entitlement.objects.all()}
    wrong = [key for key in right if abs(paid[key] - truth[key[0]][key[1]]) > 0.005]
    assert len(wrong) / len(right) < 1 - PRECISION, wrong
