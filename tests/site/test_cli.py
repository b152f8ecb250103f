"""`shuzhi` as a whole."""

from pathlib import Path

import pytest
from tests.faults.server import shuzhi


@pytest.mark.parametrize("command", [("orders", "held"), ("text", "models", "list")])
def test_a_command_on_a_database_that_was_never_set_up_says_what_to_do(
    tmp_path: Path, command: tuple[str, ...]
):
    done = shuzhi(tmp_path, *command)

    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].endswith("Run: shuzhi setup")
    assert "Traceback" not in done.stderr
