"""The examples in the docstrings are true."""

import doctest
from types import ModuleType

import pytest

from shuzhi.engines.fairness import comparing, confounding, intervals, shrinkage, suppression, weighting


@pytest.mark.parametrize("module", [comparing, confounding, intervals, shrinkage, suppression, weighting])
def test_examples_give_what_they_promise(module: ModuleType):
    results = doctest.testmod(module)

    assert results.attempted > 0
    assert results.failed == 0
