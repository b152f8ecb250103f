"""Are the issues that many people share found, and does what is most needed come first?

Question: of the 12 hot issues that the generator hid among three years of demands, how many does the product show? An
issue counts as found when one hot issue of the product holds at least half of its demands and at least half of that
issue's demands belong to it. Goal: at least 11 of 12. Of every two that were planted with needs of different grade
(urgent, hard, worry, hope), how often does the product's need put the graver first? Goal: more often than the number of
people does, which is the peer, and than chance. Data: the demo county, built here through the services, or the
folder of one that was built. The truth is a file that the product never reads. Peer of the same run: the same demands
put together by town and category alone, which is what a table of counts shows.

Run: python -m benchmarks.hot_issues [--demands 5000] [--data DIR] [--keep DIR]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.table import Figure, at_least, show

GOAL_FOUND = 11
NEEDS = ("urgent", "hard", "worry", "hope")
HALF = 0.5
DAYS = 3 * 366
_TOWN_DIGITS = 9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demands", type=int, default=5_000)
    parser.add_argument("--data", type=Path, help="the data folder of a demo county that stands")
    parser.add_argument("--keep", type=Path, help="build there and keep it")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = told.keep or Path(scratch) / "county"
        if told.data:
            shutil.copytree(told.data, folder, dirs_exist_ok=True)
            shuzhi(folder, "setup")
        else:
            build(folder, told.demands)
        return measure(folder)


def build(folder: Path, demands: int) -> None:
    shuzhi(folder, "setup")
    shuzhi(folder, "demo", "build", "--demands", str(demands), "--households", "1500")


def shuzhi(folder: Path, *words: str) -> None:
    program = str(Path(sys.executable).with_name("shuzhi"))
    environment = os.environ | {"SHUZHI_DATA_DIR": str(folder)}
    subprocess.run([program, *words], env=environment, stdout=subprocess.DEVNULL, check=True)


def measure(folder: Path) -> int:
    os.environ["SHUZHI_DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
    import django

    django.setup()
    from shuzhi.domains.insight import services as insight
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    insight.rebuild(days=DAYS, by=SYSTEM)
    seconds = time.perf_counter() - started
    planted = hidden(folder)
    ours = [judged(one, issues_of_product()) for one in planted]
    peer = [judged(one, groups_of_counts()) for one in planted]
    _list(planted, ours, peer)
    figures = [
        at_least("hot issues found", sum(map(is_found, ours)), GOAL_FOUND, f"of {len(planted)}"),
        Figure("found by town and category alone", sum(map(is_found, peer)), f"of {len(planted)}"),
        Figure("median share of an issue's demands held", 100 * sorted(ours)[len(ours) // 2][0], "%"),
        *_order(planted),
        Figure("everything compared anew", seconds, "s"),
    ]
    return show("Planted hot issues", figures)


def hidden(folder: Path) -> list[dict[str, Any]]:
    """The planted hot issues, with the demands of each as the product numbers them."""
    from shuzhi.domains.intake.models import Demand

    truth = json.loads((folder / "demo" / "truth.json").read_text(encoding="utf-8"))
    numbers = dict(Demand.objects.filter(source__startswith="demo-").values_list("source_key", "id"))
    return [
        {
            "code": one["event"]["code"],
            "need": NEEDS.index(one["event"]["need"]),
            "demands": {numbers[key] for key in one["demand_ids"] if key in numbers},
        }
        for one in truth["issues"]
        if one["event"]["kind"] == "hot_issue"
    ]


def _order(planted: list[dict[str, Any]]) -> list[Figure]:
    """How often the graver of two planted issues comes first, by need and by the number of people."""
    from shuzhi.domains.insight.models import HotIssue

    held = {row.pk: row for row in HotIssue.objects.filter(merged_into=None)}
    homes = _members()
    rows = [held[max(homes, key=lambda home: len(homes[home] & one["demands"]))] for one in planted]
    grades = [one["need"] for one in planted]
    by_need = 100 * concordance(grades, [row.need for row in rows])
    by_people = 100 * concordance(grades, [row.people for row in rows])
    return [
        Figure(
            "pairs in the right order by need",
            by_need,
            "%",
            f"> {max(by_people, 50):.0f}",
            by_need > max(by_people, 50),
        ),
        Figure("pairs in the right order by people", by_people, "%"),
    ]


def concordance(grades: list[int], values: list[float]) -> float:
    """Of all pairs of different grade, the share in which the graver (lower) one has the higher value; ties count half."""
    pairs = [
        (one, other) for one, other in permutations(range(len(grades)), 2) if grades[one] < grades[other]
    ]
    right = sum((values[one] > values[other]) + (values[one] == values[other]) / 2 for one, other in pairs)
    return right / len(pairs)


def issues_of_product() -> list[set[int]]:
    return list(_members().values())


def _members() -> dict[Any, set[int]]:
    from shuzhi.domains.insight.models import IssueMember

    return _grouped(IssueMember.objects.filter(issue__merged_into=None).values_list("issue", "demand_id"))


def groups_of_counts() -> list[set[int]]:
    from shuzhi.domains.intake.models import Demand

    rows = Demand.objects.filter(secret=False).values_list("area", "category", "id")
    return list(
        _grouped(((area[:_TOWN_DIGITS], category), number) for area, category, number in rows).values()
    )


def _grouped(pairs: Iterable[tuple[Any, int]]) -> dict[Any, set[int]]:
    groups: defaultdict[Any, set[int]] = defaultdict(set)
    for group, number in pairs:
        groups[group].add(number)
    return dict(groups)


def judged(planted: Mapping[str, Any], groups: Iterable[set[int]]) -> tuple[float, float]:
    """Of the group that holds most of a planted issue: the share of the issue's demands, and of the group's."""
    demands = planted["demands"]
    best = max(groups, key=lambda group: len(group & demands))
    shared = len(best & demands)
    return shared / len(demands), shared / len(best)


def is_found(shares: tuple[float, float]) -> bool:
    return min(shares) >= HALF


def _list(
    planted: list[dict[str, Any]], ours: list[tuple[float, float]], peer: list[tuple[float, float]]
) -> None:
    table = Table("planted", "demands", "held", "pure", "found", "by counts alone")
    for one, mine, theirs in zip(planted, ours, peer, strict=True):
        table.add_row(
            one["code"],
            str(len(one["demands"])),
            *(f"{share:.2f}" for share in mine),
            "yes" if is_found(mine) else "[red]no[/]",
            "yes" if is_found(theirs) else "no",
        )
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
