"""Witnesses that are silent, never come to an end, or remember another history; and a disk that keeps other bytes."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.factories import given_demand

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger import signing
from shuzhi.domains.ledger.models import Log
from shuzhi.domains.ledger.services import publishing, talking
from shuzhi.engines.ledger import (
    NOTE_ED25519,
    Checkpoint,
    Signer,
    parse_checkpoint,
    parse_policy,
    sign_checkpoint,
    signer_from_seed,
)
from shuzhi.programs.tiles import LogDirectory
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
PATIENCE_S = 0.6
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def says_nothing() -> Iterator[bytes]:
    while True:
        yield b""


def answers_drop_by_drop() -> Iterator[bytes]:
    yield HEAD
    while True:
        yield b"X"


def talks_drop_by_drop() -> Iterator[bytes]:
    yield HEAD + b"Content-Length: 999999\r\n\r\n"
    while True:
        yield b"\xe2\x80\x94 "


def talks_without_end() -> Iterator[bytes]:
    yield HEAD + b"Connection: close\r\n\r\n"
    while True:
        yield bytes(64 * 1024)


class Tormentor:
    """Takes every connection and answers with what never ends, until it is cut off."""

    def __init__(self, port: int, words: Callable[[], Iterator[bytes]]) -> None:
        self._words = words
        self._door = socket.create_server(("127.0.0.1", port))
        self.talking: list[threading.Thread] = []
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                one = threading.Thread(target=self._talk, args=[self._door.accept()[0]], daemon=True)
                self.talking.append(one)
                one.start()

    def _talk(self, listener: socket.socket) -> None:
        with listener, contextlib.suppress(OSError):
            for word in self._words():
                listener.sendall(word)
                listener.settimeout(0.05)
                with contextlib.suppress(TimeoutError):
                    while listener.recv(65536):
                        pass
                    return

    def stop(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()


@pytest.mark.parametrize("words", [says_nothing, answers_drop_by_drop, talks_drop_by_drop, talks_without_end])
def test_a_witness_that_never_comes_to_an_end_holds_up_nobody(given_witnesses, monkeypatch, words):
    """Neither at the start of a process nor later; and it is cut off, so that nothing heaps up."""
    monkeypatch.setattr(talking, "PATIENCE_S", PATIENCE_S)
    given_demand()
    witnesses = given_witnesses(3)
    witnesses[2].stop()
    endless = Tormentor(witnesses[2].port, words)

    try:
        began = time.monotonic()
        assert ledger.publish(by=SYSTEM) > 0
        first, began = time.monotonic() - began, time.monotonic()
        given_demand("路灯不亮。")
        assert ledger.publish(by=SYSTEM) > 0
        later = time.monotonic() - began
        for one in endless.talking:
            one.join(PATIENCE_S + 1)
    finally:
        endless.stop()

    assert (first < 2 * PATIENCE_S, later < PATIENCE_S + 1) == (True, True)
    assert [one.is_alive() for one in endless.talking] == [False] * 3
    state = ledger.status()
    assert [one.counted for one in state.witnesses] == [True, True, False]
    assert state.witnesses[2].failure


def says_what_nobody_signed() -> Iterator[bytes]:
    body = "\u2014 w2.example/w AAAAAAAAAAAAAAAA\n".encode()
    yield HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


def test_a_quick_liar_does_not_take_the_place_of_a_slow_honest_witness(given_witnesses):
    """Only signatures that hold end the waiting for others."""
    given_demand()
    witnesses = given_witnesses(3)
    witnesses[2].stop()
    server = witnesses[1].server

    def slowly() -> int:
        time.sleep(5 * talking.GRACE_S)
        return int(time.time())

    server.witness = replace(server.witness, now=slowly)
    liar = Tormentor(witnesses[2].port, says_what_nobody_signed)

    try:
        assert ledger.publish(by=SYSTEM) > 0
    finally:
        liar.stop()
    assert [one.counted for one in ledger.status().witnesses] == [True, True, False]


def test_witnesses_who_are_all_silent_are_waited_for_together(given_witnesses, monkeypatch):
    """They are asked at once: three silent ones take as long as one."""
    monkeypatch.setattr(talking, "PATIENCE_S", PATIENCE_S)
    given_demand()
    witnesses = given_witnesses(3)
    ledger.publish(by=SYSTEM)
    given_demand("路灯不亮。")
    for one in witnesses:
        one.stop()
    silent = [Tormentor(one.port, says_nothing) for one in witnesses]

    began = time.monotonic()
    assert ledger.publish(by=SYSTEM) == 0
    took = time.monotonic() - began
    for one in silent:
        one.stop()

    assert PATIENCE_S <= took < 2 * PATIENCE_S
    assert {one.failure for one in ledger.status().witnesses} == {"did not answer in time"}
    for one in witnesses:
        one.start()
    assert ledger.publish(by=SYSTEM) > 0


def test_a_witness_with_a_broken_address_is_one_that_does_not_answer(given_witnesses):
    given_demand()
    given_witnesses(3)
    broken = Log.objects.get().policy.replace("http://127.0.0.1", "http://[::zz]", 1)
    ledger.set_policy(broken, because="a typing mistake", by=SYSTEM)

    assert ledger.publish(by=SYSTEM) > 0
    assert [one.counted for one in ledger.status().witnesses] == [False, True, True]


def our_signer(origin: str) -> Signer:
    (signer,) = signing.signers_for(origin, parse_policy(Log.objects.get().policy.encode()))
    return signer


def a_stranger(origin: str) -> Signer:
    return signer_from_seed(origin, NOTE_ED25519, b"s" * 32)


@pytest.mark.parametrize(
    ("whose", "further", "state"),
    [
        (our_signer, 0, "stopped"),
        (our_signer, -1, "stopped"),
        (a_stranger, 0, "witnessed"),
        (a_stranger, 9, "witnessed"),
    ],
)
def test_at_the_start_another_root_under_our_own_key_stops_and_under_any_other_says_nothing(
    given_witnesses, whose, further, state
):
    """Two servers may once have signed two histories of one size; nobody else's word can stop the ledger."""
    given_demand()
    witnesses = given_witnesses(3)
    ledger.publish(by=SYSTEM)
    log = Log.objects.get()
    other = sign_checkpoint(Checkpoint(log.origin, log.signed_size + further, bytes(32)), whose(log.origin))
    store = witnesses[1].server.witness.store
    with store.decision():
        kept = store.latest(log.origin)
        store.remember(other)
    given_demand("路灯不亮。")
    publishing.forget_comparison()

    ledger.publish(by=SYSTEM)

    with store.decision():
        store.remember(kept)
    now = ledger.status()
    assert now.state == state
    assert ("w1 has seen another history" in now.stopped) == (state == "stopped")
    assert (Log.objects.get().signed == log.signed) == (state == "stopped")


@pytest.mark.parametrize("kind", ["tile/0/", "tile/entries/"])
def test_a_disk_that_keeps_other_bytes_than_were_written_stops_the_ledger_before_it_signs(monkeypatch, kind):
    """The edge is read again from the disk, and the root computed anew, before anything is signed."""
    given_demand()
    put = LogDirectory._put
    monkeypatch.setattr(
        LogDirectory,
        "_put",
        lambda self, path, raw: put(
            self, path, raw[:-1] + bytes([raw[-1] ^ 1]) if path.startswith(kind) else raw
        ),
    )

    assert ledger.publish(by=SYSTEM) == 0

    assert "read differently from what was written" in ledger.status().stopped
    assert (Log.objects.get().signed, Log.objects.get().published) == ("", "")


def test_whoever_answers_for_a_name_that_is_not_theirs_counts_for_nothing(given_witnesses):
    """One witness that answers under two addresses is still one witness."""
    given_demand()
    witnesses = given_witnesses(3)
    for one in witnesses[1:]:
        one.stop()
    ports = [f":{one.port}" for one in witnesses]
    policy = Log.objects.get().policy.replace(ports[1], ports[0]).replace(ports[2], ports[0])
    ledger.set_policy(policy, because="test", by=SYSTEM)

    assert ledger.publish(by=SYSTEM) == 0

    assert len(parse_checkpoint(Log.objects.get().signed.encode()).note.signatures) == 1
    assert [one.counted for one in ledger.status().witnesses] == [False] * 3
