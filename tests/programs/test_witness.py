"""A witness as a real server over HTTP: strict answers, and never two histories under one name."""

from __future__ import annotations

import hashlib
import http.client
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shuzhi.engines.ledger import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    INSTALLED,
    AddCheckpoint,
    Checkpoint,
    Hashes,
    NoteSignature,
    SignedCheckpoint,
    parse_checkpoint,
    parse_signature_lines,
    parse_vkey,
    prove_consistency,
    sign_checkpoint,
    signer_from_seed,
    verify_note,
)
from shuzhi.engines.ledger.note import Note
from shuzhi.programs.keyfiles import make_key_file, read_key_file
from shuzhi.programs.witness.__main__ import main
from shuzhi.programs.witness.server import LARGEST_REQUEST, WitnessServer
from shuzhi.programs.witness.store import WitnessStore
from shuzhi.programs.witness.witness import Witness
from tests.engines.ledger.given import AT, LOG, ORIGIN, Published, given_leaves, given_policy

SIGNERS = [signer_from_seed("court.example/w1", COSIGN_ED25519, b"c" * 32)]
if "ml-dsa-44" in INSTALLED:
    SIGNERS.append(signer_from_seed("court.example/w1", COSIGN_ML_DSA_44, b"c" * 32))


class Running:
    def __init__(self, state: Path) -> None:
        self.store = WitnessStore(str(state))
        witness = Witness({ORIGIN: [LOG.key]}, SIGNERS, self.store, lambda: AT)
        self.server = WitnessServer(("127.0.0.1", 0), witness)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def prefix(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=10)
        connection.request(method, path, body)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        return answer.status, answer.getheader("Content-Type") or "", raw

    def add(self, request: AddCheckpoint) -> tuple[int, str, bytes]:
        return self.ask("POST", "/add-checkpoint", bytes(request))

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.store.close()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "state.sqlite")
    yield running
    running.stop()


def grown(log: Published, to: int, series: str = "orders") -> AddCheckpoint:
    """Grow the log and make the request that follows from its size before."""
    old = log.edge.size
    signed = log.add(given_leaves(to, [series])[old:], witnesses=[])
    return AddCheckpoint(old, tuple(prove_consistency(Hashes(log.read, to), old)), signed)


def test_a_witness_cosigns_a_growing_log_with_all_its_keys(witness: Running) -> None:
    log = Published()
    for size in (0, 1, 300, 300, 1000):
        request = grown(log, size)
        status, _, body = witness.add(request)
        assert status == 200, body
        note = Note(request.signed.note.text, parse_signature_lines(body.decode()))
        assert verify_note(note, [signer.key for signer in SIGNERS]).times == {s.key: AT for s in SIGNERS}


def test_every_refusal_has_the_status_that_the_specification_gives(witness: Running) -> None:
    log = Published()
    first, second = grown(log, 300), grown(log, 500)
    stranger = signer_from_seed(ORIGIN, LOG.key.algorithm, b"S" * 32)
    assert witness.add(AddCheckpoint(0, (), first.signed))[0] == 200
    wrong = Checkpoint(ORIGIN, 500, bytes(32))

    answers = {
        "stale old size": witness.add(AddCheckpoint(0, (), second.signed)),
        "not a request": witness.ask("POST", "/add-checkpoint", b"hello"),
        "old size too large": witness.add(AddCheckpoint(501, (), second.signed)),
        "unknown log": witness.add(
            AddCheckpoint(0, (), sign_checkpoint(Checkpoint("other", 1, bytes(32)), LOG))
        ),
        "unknown key": witness.add(
            AddCheckpoint(300, second.proof, sign_checkpoint(second.signed.checkpoint, stranger))
        ),
        "bad proof": witness.add(AddCheckpoint(300, second.proof[1:], second.signed)),
        "other history": witness.add(AddCheckpoint(300, second.proof, sign_checkpoint(wrong, LOG))),
        "other root": witness.add(
            AddCheckpoint(300, (), sign_checkpoint(Checkpoint(ORIGIN, 300, bytes(32)), LOG))
        ),
        "other path": witness.ask("POST", "/add-entry", b"x"),
    }

    expected = [409, 400, 400, 404, 403, 422, 422, 409, 404]
    assert [answer[0] for answer in answers.values()] == expected
    assert answers["stale old size"][1:] == ("text/x.tlog.size", b"300\n")
    assert answers["other root"][1] != "text/x.tlog.size"
    assert len(witness.store.evidence()) == 3
    assert witness.add(second)[0] == 200


def test_before_the_first_cosignature_only_a_first_tree_is_taken(witness: Running) -> None:
    """A log that the witness meets for the first time begins with nothing, and nothing has one root."""
    log = Published()
    follower = (grown(log, 10), grown(log, 300))[1]
    odd_root = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG)

    answers = {
        "size zero with another root": witness.add(AddCheckpoint(0, (), odd_root)),
        "follows a tree never seen": witness.add(follower),
        "a proof that nothing needs": witness.add(AddCheckpoint(0, follower.proof, follower.signed)),
    }

    assert [answer[0] for answer in answers.values()] == [422, 409, 422]
    assert answers["follows a tree never seen"][1:] == ("text/x.tlog.size", b"0\n")
    assert witness.store.evidence() == []
    assert witness.add(AddCheckpoint(0, (), follower.signed))[0] == 200


def test_a_fork_that_is_signed_well_is_refused_and_kept_as_evidence(witness: Running) -> None:
    """The log's own key signs two histories: the witness stays with the one that it saw first."""
    honest, forked = Published(), Published()
    first = grown(honest, 300)
    assert witness.add(first)[0] == 200
    grown(forked, 300, "elsewhere")

    answer = witness.add(grown(forked, 500, "elsewhere"))

    assert answer[0] == 422
    assert [reason for _origin, reason, _request in witness.store.evidence()] == [answer[2].decode().strip()]
    assert witness.add(grown(honest, 500))[0] == 200


def test_a_signature_of_which_one_bit_is_another_is_no_signature(witness: Running) -> None:
    request = grown(Published(), 300)
    (signature,) = request.signed.note.signatures
    for at in (0, 31, 63):
        flipped = bytearray(signature.signature)
        flipped[at] ^= 1
        note = Note(
            request.signed.note.text,
            (NoteSignature(signature.name, signature.key_id, bytes(flipped)),),
        )
        altered = SignedCheckpoint(request.signed.checkpoint, note)

        assert witness.add(AddCheckpoint(0, (), altered))[0] == 403, at
    assert witness.store.latest(ORIGIN) is None


@pytest.mark.parametrize("size", [LARGEST_REQUEST + 1, 12 * LARGEST_REQUEST])
def test_a_request_that_is_too_large_is_refused_and_its_sender_hears_why(witness: Running, size: int) -> None:
    """The answer arrives although the sender was still sending: nobody is cut off in mid-sentence."""
    status, _kind, text = witness.ask("POST", "/add-checkpoint", b"x" * size)

    assert (status, b"too large" in text) == (413, True)
    assert witness.ask("GET", "/")[0] == 404


def test_a_sender_who_does_not_stop_is_cut_off(witness: Running) -> None:
    endless = socket.create_connection(("127.0.0.1", witness.server.server_address[1]), timeout=10)
    endless.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 999999999\r\n\r\n")

    with pytest.raises(ConnectionError):
        endless.sendall(bytes(999_999_999))

    endless.close()
    assert witness.ask("GET", "/")[0] == 404


def test_a_request_without_length_is_refused(witness: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", witness.server.server_address[1], timeout=10)
    connection.putrequest("POST", "/add-checkpoint")
    connection.endheaders()
    assert connection.getresponse().status == 411


def test_of_many_forks_at_once_only_one_is_ever_cosigned(witness: Running) -> None:
    forks = []
    for number in range(12):
        log = Published()
        forks.append(grown(log, 50, f"fork{number}"))
    with ThreadPoolExecutor(12) as pool:
        statuses = [answer[0] for answer in pool.map(witness.add, forks)]

    assert sorted(statuses) == [200] + [409] * 11


def test_two_witness_processes_on_one_state_file_never_cosign_two_forks(tmp_path: Path) -> None:
    twins = [Running(tmp_path / "state.sqlite") for _ in range(2)]
    logs = [Published(), Published()]
    requests = [grown(log, 50, series) for log, series in zip(logs, ("one", "two"), strict=True)]
    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(
            answer[0]
            for answer in pool.map(lambda pair: pair[0].add(pair[1]), zip(twins, requests, strict=True))
        )
    for twin in twins:
        twin.stop()

    assert statuses == [200, 409]


def test_a_witness_remembers_after_a_restart(tmp_path: Path) -> None:
    log, state = Published(), tmp_path / "state.sqlite"
    running = Running(state)
    running.add(grown(log, 300))
    running.stop()
    fork = Published()
    fork_request = grown(fork, 300, "elsewhere")
    running = Running(state)

    assert running.add(fork_request)[0] == 409
    assert running.add(AddCheckpoint(300, (), fork_request.signed))[0] == 409
    assert running.add(grown(log, 400))[0] == 200
    running.stop()


def test_nothing_is_cosigned_when_the_state_cannot_be_stored(witness: Running, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "state.sqlite")
    other.execute("DROP TABLE latest")
    other.commit()
    other.close()

    assert witness.add(grown(Published(), 10))[0] == 500


def test_monitors_can_fetch_what_was_cosigned_last(witness: Running) -> None:
    place = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert witness.ask("GET", place)[0] == 404
    request = grown(Published(), 300)
    witness.add(request)
    status, _, raw = witness.ask("GET", place)

    assert status == 200
    verified = verify_note(parse_checkpoint(raw).note, [LOG.key, *(signer.key for signer in SIGNERS)])
    assert set(verified.times) == {LOG.key, *(signer.key for signer in SIGNERS)}
    assert witness.ask("GET", "/elsewhere")[0] == 404


def test_the_program_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    key, logs = tmp_path / "w.key", tmp_path / "logs.txt"
    vkey = make_key_file(key, "w.example/1", "cosign-ed25519")
    logs.write_bytes(given_policy())
    line = [sys.executable, "-m", "shuzhi.programs.witness", "serve", "--key", str(key), "--logs", str(logs)]
    line += ["--state", str(tmp_path / "state.sqlite"), "--listen", "127.0.0.1:0"]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        port = int(process.stderr.readline().strip().rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        request = grown(Published(), 10)
        connection.request("POST", "/add-checkpoint", bytes(request))
        answer = connection.getresponse()
        note = Note(request.signed.note.text, parse_signature_lines(answer.read().decode()))
        connection.close()
        process.terminate()

        assert process.wait(timeout=10) == 0
    assert list(verify_note(note, [parse_vkey(vkey)]).times) == [parse_vkey(vkey)]


def test_a_key_file_is_private_and_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "w.key"

    assert main(["keygen", "--name", "w.example/1", "--file", str(place)]) == 0
    vkey = capsys.readouterr().out.strip()
    assert read_key_file(place).key.vkey == vkey
    assert place.stat().st_mode & 0o777 == 0o600
    assert main(["keygen", "--name", "w.example/1", "--file", str(place)]) == 2
    with pytest.raises(FileExistsError):
        make_key_file(place, "w.example/1", "cosign-ed25519")
    place.chmod(0o644)
    with pytest.raises(PermissionError):
        read_key_file(place)
