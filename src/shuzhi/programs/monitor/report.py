"""The monitor's daily report: a signed note that anyone can check and archive."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from shuzhi.engines.ledger import Finding, Note, Signer, sign_text

from .memory import Day, Memory, write_whole

BEIJING = timezone(timedelta(hours=8))


def begin_day(memory: Memory, *, now: datetime) -> None:
    """Start a fresh record when the day (UTC+8) is another one. Call before each look."""
    day = now.astimezone(BEIJING).date().isoformat()
    if memory.today.day != day:
        memory.today = Day(day)


def record(memory: Memory, findings: list[Finding]) -> list[Finding]:
    """Enter one look into the day's record; returns the findings that are new today."""
    memory.today.looks += 1
    fresh = [finding for finding in dict.fromkeys(findings) if finding not in memory.today.alarms]
    memory.today.alarms += fresh
    return fresh


def report_text(memory: Memory) -> str:
    """The report so far.   Lines: heading, day, log, size, root, looks, entries read, alarms, one line per alarm."""
    head = memory.head.checkpoint.text.split("\n") if memory.head else ["-", "0", "-"]
    today = memory.today
    lines = [
        "shuzhi-monitor-report/v1",
        f"day {today.day}",
        f"log {head[0]}",
        f"size {head[1]}",
        f"root {head[2]}",
    ]
    lines += [f"looks {today.looks}", f"entries {today.entries}", f"alarms {len(today.alarms)}"]
    lines += [f"alarm {_one_line(str(alarm))}" for alarm in today.alarms]
    return "".join(f"{line}\n" for line in lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]


def write_report(memory: Memory, signer: Signer, folder: Path) -> Path:
    """Write the day's signed report. It is renewed at every look, so the last one of a day is that day's report."""
    text = report_text(memory)
    path = folder / f"report-{memory.today.day}.note"
    write_whole(path, bytes(Note(text, (sign_text(text, signer),))))
    return path
