"""The published vectors are what the engine does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shuzhi.engines.ledger import INSTALLED

SCRIPT = Path(__file__).parents[3] / "scripts" / "ledger_vectors.py"


@pytest.mark.skipif("ml-dsa-44" not in INSTALLED, reason="NOT RUN: this cryptography has no ML-DSA-44")
def test_the_published_vectors_hold() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
