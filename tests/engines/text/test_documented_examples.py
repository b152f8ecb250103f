"""The examples in the docstrings give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import shuzhi.engines.text as package

MODULES = [f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
