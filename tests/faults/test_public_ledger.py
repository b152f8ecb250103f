"""The public files of a whole county: nothing in them says anything about anybody."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.places import report
from tests.faults.server import Server, environment, eventually

TELEPHONE = "13700004321"


def _scan(server: Server) -> dict[str, object]:
    script = Path(__file__).with_name("scan_process.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        env=environment(server.folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def _witnessed(server: Server) -> bool:
    state = server.client().get("/api/ledger").json()
    return bool(state["published"] == state["size"] > 0 and server.waiting() == 0)


@pytest.mark.processes
@pytest.mark.slow  # a whole county is served, witnessed by three processes and read: some twenty seconds
def test_no_personal_value_nonce_or_name_is_in_any_public_file_of_a_whole_county(server: Server) -> None:
    report(server.client(), f"我是欧阳静思，家门口的路灯不亮，电话{TELEPHONE}。", phone=TELEPHONE)
    eventually(lambda: _witnessed(server), seconds=60, what="three witnesses cosign everything")

    clean = _scan(server)
    public = next((server.folder / "ledger" / "public").glob("*/tile/entries/000*"))
    (public.parent / "note").write_text(f"call {TELEPHONE}")
    leaking = _scan(server)

    assert clean["found"] == []
    assert int(str(clean["texts"])) > 5_000
    assert int(str(clean["secrets"])) > 20_000
    rooms = {
        "casework",
        "insight",
        "intake",
        "knowledge",
        "notices",
        "policy",
        "registry",
        "spine",
        "statistics",
    }
    assert rooms <= set(clean["rooms"])  # type: ignore[call-overload]
    assert [one for one in leaking["found"] if TELEPHONE in one]  # type: ignore[attr-defined]
