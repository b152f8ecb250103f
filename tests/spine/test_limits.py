"""How often somebody may try."""

import pytest
from django.core import serializers

from shuzhi.spine import limits
from shuzhi.spine.errors import TooManyTries
from shuzhi.spine.models import RateWindow

pytestmark = pytest.mark.django_db


def test_tries_are_counted_by_key_and_no_address_is_kept():
    for _time in range(2):
        limits.count("form:198.51.100.7", at_most=2, per_seconds=60)

    with pytest.raises(TooManyTries):
        limits.count("form:198.51.100.7", at_most=2, per_seconds=60)
    limits.count("form:198.51.100.8", at_most=2, per_seconds=60)
    assert "198.51" not in serializers.serialize("json", RateWindow.objects.all())
