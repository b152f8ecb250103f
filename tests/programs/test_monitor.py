"""A monitor reads everything again, counts the numbers, and compares what others were shown."""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from shuzhi.engines.ledger import parse_note, parse_policy, verify_note
from shuzhi.programs import reading
from shuzhi.programs.keyfiles import read_key_file
from shuzhi.programs.monitor.__main__ import main
from shuzhi.programs.monitor.memory import Memory, load
from shuzhi.programs.monitor.report import begin_day, record, report_text
from shuzhi.programs.monitor.watch import Monitor, witness_reader
from shuzhi.programs.reading import url_reader
from tests.engines.ledger.given import (
    ORIGIN,
    Published,
    given_leaf,
    given_leaves,
    given_log,
    given_policy,
    given_signed,
)
from tests.programs.given import given_directory
from tests.programs.test_witness import Running, grown

POLICY = parse_policy(given_policy())


def given_monitor(log: Published, evidence: Path, **others: Published) -> Monitor:
    return Monitor(POLICY, log.read, {name: other.read for name, other in others.items()}, evidence)


def test_a_growing_honest_log_raises_no_alarm(tmp_path: Path) -> None:
    log, memory = Published(), Memory()
    monitor = given_monitor(log, tmp_path)
    entries = given_leaves(1000)
    for start, end in ((0, 0), (0, 10), (10, 300), (300, 300), (300, 1000)):
        log.add(entries[start:end])
        assert monitor.look(memory) == []
        memory.keep(tmp_path / "memory.json")
        memory = load(tmp_path / "memory.json")

    assert memory.today.entries == 1000
    assert memory.auditor.edge.root == log.edge.root


def test_a_gap_is_told_once_and_the_monitor_goes_on(tmp_path: Path) -> None:
    log, memory = Published(), Memory()
    monitor = given_monitor(log, tmp_path)
    log.add([bytes(given_leaf(1)), bytes(given_leaf(3))])

    assert [finding.code for finding in monitor.look(memory)] == ["gap"]
    log.add([bytes(given_leaf(4))])
    assert monitor.look(memory) == []


def test_an_altered_bundle_stops_the_monitor_and_is_kept_as_evidence(tmp_path: Path) -> None:
    log, memory = given_log(given_leaves(300)), Memory()
    monitor = given_monitor(log, tmp_path / "evidence")
    log.files["tile/entries/000"] = log.files["tile/entries/000"].replace(b"orders", b"orderz", 1)

    assert ("bundle", "tile/entries/000") in [
        (finding.code, finding.where) for finding in monitor.look(memory)
    ]
    assert memory.head is None
    assert [place.read_bytes() for place in (tmp_path / "evidence").iterdir()] == [log.files["checkpoint"]]


def test_a_log_that_is_rolled_back_or_replaced_is_a_split_with_both_checkpoints_kept(tmp_path: Path) -> None:
    log, memory = given_log(given_leaves(300), given_leaves(400)[300:]), Memory()
    monitor = given_monitor(log, tmp_path)
    assert monitor.look(memory) == []
    older = bytes(log.checkpoints[0])
    fork = given_log(given_leaves(350, ["elsewhere"]))

    newest, log.files["checkpoint"] = log.files["checkpoint"], older
    assert monitor.look(memory) == []  # a stale copy of the same history is no lie
    log.files["checkpoint"] = fork.files["checkpoint"]
    assert [finding.code for finding in monitor.look(memory)] == ["split"]
    assert {place.read_bytes() for place in tmp_path.iterdir()} == {newest, fork.files["checkpoint"]}


@pytest.mark.parametrize(
    ("size", "codes"), [(300, {"split"}), (250, {"tile", "bundle"}), (400, {"rewritten", "checkpoint"})]
)
def test_a_log_that_was_replaced_as_a_whole_is_named_and_both_checkpoints_are_kept(
    tmp_path: Path, size: int, codes: set[str]
) -> None:
    """Tiles and checkpoint fit each other, and neither fits what the monitor has read before."""
    log, memory = given_log(given_leaves(300)), Memory()
    assert given_monitor(log, tmp_path).look(memory) == []
    fork = given_log(given_leaves(size, ["elsewhere"]))

    findings = given_monitor(fork, tmp_path).look(memory)

    assert codes & {finding.code for finding in findings}
    assert memory.head == log.checkpoints[-1]
    kept = {place.read_bytes() for place in tmp_path.iterdir()}
    assert kept == {log.files["checkpoint"], fork.files["checkpoint"]}


def test_an_answer_that_breaks_off_is_an_alarm_and_the_monitor_lives_on(tmp_path: Path) -> None:
    """Whoever serves the log may break off in the middle; what was read before stays."""
    root, memory = tmp_path / "log", Memory()
    given_directory(root)

    class Breaking(http.server.SimpleHTTPRequestHandler):
        breaks = False

        def copyfile(self, source: object, outputfile: object) -> None:
            outputfile.write(source.read(10) if self.breaks else source.read())  # type: ignore[attr-defined]

        def log_message(self, *_: object) -> None:
            """Tests need no access log."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Breaking, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        read = url_reader(f"http://127.0.0.1:{server.server_address[1]}")
        monitor = Monitor(POLICY, read, {"mirror": read}, tmp_path / "evidence")
        Breaking.breaks = True
        broken = monitor.look(memory)
        Breaking.breaks = False
        whole = monitor.look(memory)
        server.shutdown()

    assert [finding.code for finding in broken] == ["unreachable"]
    assert "breaks off" in broken[0].detail
    assert (whole, memory.today.entries) == ([], 700)


def test_a_log_that_answers_drop_by_drop_does_not_hold_up_its_monitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            caller = door.accept()[0]
            with caller, contextlib.suppress(OSError):
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
                while True:
                    caller.sendall(b"x")
                    time.sleep(0.01)

        threading.Thread(target=answer, daemon=True).start()
        read = url_reader(f"http://127.0.0.1:{door.getsockname()[1]}")

        began = time.monotonic()
        findings = Monitor(POLICY, read, {}, tmp_path).look(Memory())

    assert [(finding.code, "come to its end" in finding.detail) for finding in findings] == [
        ("unreachable", True)
    ]
    assert time.monotonic() - began < 3


def test_what_is_no_answer_of_the_web_is_an_alarm_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            caller = door.accept()[0]
            caller.recv(1000)
            caller.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            caller.close()

        threading.Thread(target=answer, daemon=True).start()
        read = url_reader(f"http://127.0.0.1:{door.getsockname()[1]}")

        findings = Monitor(POLICY, read, {}, tmp_path).look(Memory())

    assert [(finding.code, "SSH" in finding.detail) for finding in findings] == [("unreachable", True)]


def test_a_split_view_between_copies_is_noticed_also_when_the_other_copy_is_ahead(tmp_path: Path) -> None:
    log, memory = given_log(given_leaves(300)), Memory()
    honest, lying = given_log(given_leaves(400)), given_log(given_leaves(500, ["elsewhere"]))
    monitor = given_monitor(log, tmp_path, honest=honest, lying=lying)

    assert monitor.look(memory) == []
    assert set(memory.ahead) == {"honest", "lying"}
    log.add(given_leaves(600)[300:])
    assert [(finding.code, finding.where) for finding in monitor.look(memory)] == [("split", "lying")] * 2


def test_altered_tiles_are_not_blamed_on_the_other_copy(tmp_path: Path) -> None:
    log, memory = given_log(given_leaves(300), given_leaves(700)[300:]), Memory()
    other = Published(dict(log.files) | {"checkpoint": bytes(log.checkpoints[0])})
    monitor = given_monitor(log, tmp_path, other=other)
    assert monitor.look(memory) == []
    raw = log.files["tile/0/001"]
    log.files["tile/0/001"] = bytes([raw[0] ^ 1]) + raw[1:]

    assert [(finding.code, finding.where) for finding in monitor.look(memory)] == [("tile", "tile/0/001")]


def test_two_histories_that_were_shown_to_two_witnesses_are_a_split_that_names_the_witness(
    tmp_path: Path,
) -> None:
    """Each witness did its duty; only who reads the copies of both sees what the log did."""
    log, fork, memory = Published(), Published(), Memory()
    asked = {"court": grown(log, 300), "neighbour": grown(fork, 300, "elsewhere")}
    log.files["checkpoint"] = bytes(given_signed(log.checkpoints[-1].checkpoint))
    witnesses = {name: Running(tmp_path / f"{name}.sqlite") for name in asked}
    assert [witnesses[name].add(request)[0] for name, request in asked.items()] == [200, 200]
    copies = {name: witness_reader(url_reader(running.prefix), ORIGIN) for name, running in witnesses.items()}

    findings = Monitor(POLICY, log.read, copies, tmp_path / "evidence").look(memory)
    for running in witnesses.values():
        running.stop()
    assert [(finding.code, finding.where) for finding in findings] == [("split", "neighbour")]
    assert len(list((tmp_path / "evidence").iterdir())) == 2


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda raw: raw.replace(b"\n300\n", b"\n301\n"), "checkpoint"),
        (lambda raw: b"nonsense", "checkpoint"),
        (lambda raw: None, "unreachable"),
        (lambda raw: raw.rsplit("— court".encode())[0], "quorum"),
    ],
)
def test_a_checkpoint_that_is_altered_missing_or_unwitnessed_is_named(
    tmp_path: Path, damage: object, code: str
) -> None:
    log = given_log(given_leaves(300))
    log.files["checkpoint"] = damage(log.files["checkpoint"])  # type: ignore[operator]

    assert code in [finding.code for finding in given_monitor(log, tmp_path).look(Memory())]


def test_the_days_report_names_each_alarm_once_and_a_new_day_begins_afresh(tmp_path: Path) -> None:
    log, memory = Published(), Memory()
    monitor = given_monitor(log, tmp_path)
    log.add([bytes(given_leaf(2))])
    begin_day(memory, now=datetime(2026, 5, 3, 15, 59, tzinfo=UTC))
    findings = monitor.look(memory)

    assert len(record(memory, findings)) == 1
    assert record(memory, findings) == []
    lines = report_text(memory).splitlines()
    assert lines[:2] == ["shuzhi-monitor-report/v1", "day 2026-05-03"]
    assert lines[5:] == [
        "looks 2",
        "entries 1",
        "alarms 1",
        "alarm gap: dept-housing orders (entry 0): number 1 is missing",
    ]
    begin_day(memory, now=datetime(2026, 5, 3, 16, 0, tzinfo=UTC))  # midnight in Beijing
    assert report_text(memory).splitlines()[1] == "day 2026-05-04"
    assert memory.today.alarms == []


def test_the_program_follows_a_ledger_over_http_and_signs_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, state, key = tmp_path / "log", tmp_path / "state", tmp_path / "m.key"
    given_directory(root)
    (tmp_path / "policy.txt").write_bytes(given_policy())
    assert main(["keygen", "--name", "watch.example/m1", "--file", str(key)]) == 0
    capsys.readouterr()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Tests need no access log."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        prefix = f"http://127.0.0.1:{server.server_address[1]}"
        common = [
            "--policy",
            str(tmp_path / "policy.txt"),
            "--key",
            str(key),
            "--state",
            str(state),
            "--once",
        ]
        assert main(["watch", prefix, *common, "--mirror", str(root)]) == 0
        assert url_reader(prefix)("tile/nowhere") is None
        assert main(["watch", prefix, *common]) == 0
        server.shutdown()

    report = parse_note(next(state.glob("report-*.note")).read_bytes())
    signer = read_key_file(key).key
    assert list(verify_note(report, [signer]).times) == [signer]
    assert "size 700\n" in report.text
    assert "looks 2\nentries 700\nalarms 0\n" in report.text
    capsys.readouterr()
    assert main(["watch", "http://127.0.0.1:9/", *common]) == 1
    assert "unreachable" in capsys.readouterr().out
