"""Sealed words open again with the county's key only."""

import base64
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as configured
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.spine import sealing

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(texts)
def test_what_is_sealed_opens_again_and_never_seals_alike(words: str) -> None:
    first, second = sealing.seal(words), sealing.seal(words)
    assert sealing.unseal(first) == sealing.unseal(second) == words
    assert first != second


def test_nothing_stays_nothing() -> None:
    assert sealing.seal("") == sealing.unseal("") == ""


def test_a_token_of_an_older_version_is_still_opened() -> None:
    old = Fernet(configured.SHUZHI_DATA_KEY).encrypt("王小明".encode()).decode()
    assert sealing.unseal(old) == "王小明"


@pytest.mark.parametrize("place", [0, 13, -1])
def test_a_changed_token_is_refused_wherever_it_was_changed(place: int) -> None:
    token = sealing.seal("王小明")
    sealed = bytearray(base64.urlsafe_b64decode(token[1:]))
    sealed[place] ^= 1
    with pytest.raises(RuntimeError, match="another key"):
        sealing.unseal(token[0] + base64.urlsafe_b64encode(bytes(sealed)).decode())


@pytest.mark.parametrize("token", ["1", "1!!", "no token", "1AAAA"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(RuntimeError, match="another key"):
        sealing.unseal(token)


def test_another_key_opens_nothing(settings: Any) -> None:
    token = sealing.seal("王小明")
    settings.SHUZHI_DATA_KEY = Fernet.generate_key().decode()
    sealing._box.cache_clear()
    with pytest.raises(RuntimeError, match="another key"):
        sealing.unseal(token)
    sealing._box.cache_clear()
