"""The short way to the canonical form writes what the library writes."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.ledger.commitment import _canonical


@given(st.text() | st.text(alphabet=st.characters(max_codepoint=127)) | st.integers(-(2**53) + 1, 2**53 - 1))
def test_plain_values_are_written_as_rfc_8785_asks(value):
    assert _canonical(value) == rfc8785.dumps(value)
