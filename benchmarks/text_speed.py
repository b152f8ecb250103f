"""How many messages a second does the text engine read, and how does plain scikit-learn with jieba compare?

Data: made-up messages from a seed, 40 to 400 characters, one in five with a phone number. Each figure is the median of
several runs of processor time on one core; that on two cores is of the clock on the wall, with a reader in each of two
processes. "as served": with the models of category, kind and danger that come with the program. Exit code 1 when a goal
is missed.
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shuzhi.engines.text import (
    CategoryHint,
    IssueIndex,
    Message,
    PlaceName,
    Reader,
    TrainedClassifier,
    builtin_bytes,
    builtin_model,
    find_issues,
    mask,
    read_model,
    training,
)
from shuzhi.engines.text.builtin import TARGETS
from shuzhi.engines.text.features import words

RUNS = 5
SEED = 7
PARTS = {
    "water": ["自来水水压太低", "水表走得快", "停水两天没有通知", "水质发黄浑浊"],
    "traffic": ["公交车一小时一班", "路口红绿灯坏了", "早晚高峰堵得厉害", "斑马线磨没了"],
    "school": ["学校乱收资料费", "幼儿园离家太远没有学位", "老师课外补课收费", "食堂饭菜发凉"],
    "estate": ["物业费涨价没有公示", "电梯经常坏", "地下车库漏水", "保安随便放人进来"],
    "wages": ["工地拖欠工资三个月", "包工头不接电话", "加班没有加班费", "公司不签合同"],
}
FILLER = [
    "我们小区的居民反映过很多次",
    "希望有关部门尽快处理",
    "每天晚上都是这样",
    "老人小孩出门不方便",
    "一直没有人来管",
    "至今没有答复",
]
ESTATES = [a + b + "花园" for a in "金银青翠云明春秋" for b in "柳杨枫桥湖溪岭湾"]


def message(rng: random.Random) -> tuple[str, str]:
    label = rng.choice(sorted(PARTS))
    parts = [*rng.sample(PARTS[label], rng.randint(1, 3)), *rng.sample(FILLER, rng.randint(1, 5))]
    rng.shuffle(parts)
    tail = f"，电话1{rng.randint(3, 9)}{rng.randint(10**8, 10**9 - 1)}" if rng.random() < 0.2 else ""
    return f"{rng.choice(ESTATES)}{'，'.join(parts)}{tail}。" * rng.randint(1, 2), label


def per_second(work: Callable[[], object], count: int) -> list[float]:
    speeds = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        speeds.append(count / (time.process_time() - start))
    return speeds


def peer(texts: list[str], labels: list[str]) -> tuple[str, Callable[[], object]]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    try:
        from jieba import lcut as cut

        name = "jieba"
    except ImportError:
        from rjieba import cut

        name = "rjieba"
    model = make_pipeline(TfidfVectorizer(analyzer=cut), LinearSVC()).fit(texts, labels)
    return f"{name} + scikit-learn", lambda: model.predict(texts)


def served_reader() -> Reader:
    """With the places of these messages, and the models that come with the program."""
    places = [PlaceName(f"P{number:05d}", name, (), level="estate") for number, name in enumerate(ESTATES)]
    hints = [CategoryHint(name, (name,), tuple(part[:4] for part in parts)) for name, parts in PARTS.items()]
    category, kind, danger = (builtin_model(target) for target in ("category", "kind", "danger"))
    return Reader(hints, places, category, kind_model=kind, heed_kind_words=True, danger_model=danger)


def two_cores(texts: list[str]) -> float:
    """Messages a second of two processes, each with a reader of its own, that share the work."""
    shares = [texts[start : start + 500] for start in range(0, len(texts), 500)]
    with ProcessPoolExecutor(2, get_context("spawn"), initializer=_start) as pool:
        list(pool.map(_read, shares))
        start = time.perf_counter()
        for _ in range(RUNS):
            list(pool.map(_read, shares))
        return RUNS * len(texts) / (time.perf_counter() - start)


_ready: list[Reader] = []


def _start() -> None:
    _ready.append(served_reader())


def _read(texts: list[str]) -> int:
    return len(_ready[0].read_many(texts)) + len([mask(text) for text in texts])


def _loading() -> float:
    start = time.perf_counter()
    for target in TARGETS:
        read_model(builtin_bytes(target)).suggest_each([["水"]])
    return time.perf_counter() - start


def _memory() -> float:
    """Megabytes, at most, of a process of its own that loads what is served and reads a message.

    Not by `resource`, whose figure a new process begins with that of the one that started it.
    """
    served_reader().read("锦绣花园门口的路灯不亮")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def clustering(count: int) -> float:
    """Seconds of processor time for a count of messages of one year."""
    rng = random.Random(SEED)
    start_day = datetime(2030, 1, 1)
    made = [
        Message(str(n), "", message(rng)[0], start_day + timedelta(minutes=n), str(n % (count // 2)))
        for n in range(count)
    ]
    start = time.process_time()
    find_issues(made)
    return time.process_time() - start


def assigning(texts: list[str]) -> list[float]:
    index = IssueIndex()
    at = datetime(2030, 1, 1)
    for number, text in enumerate(texts):
        index.add(str(number), Message(str(number), "", text, at))
    return per_second(lambda: [index.assign(Message("x", "", text, at)) for text in texts[:200]], 200)


def main() -> int:
    rng = random.Random(SEED)
    texts, labels = map(list, zip(*(message(rng) for _ in range(3_000)), strict=True))
    places = [PlaceName(f"P{number:05d}", name, (), level="estate") for number, name in enumerate(ESTATES)]
    hints = [CategoryHint(name, (name,), tuple(part[:4] for part in parts)) for name, parts in PARTS.items()]
    model = training.train(training.corpus([words(text) for text in texts], labels), version="speed")
    start = time.perf_counter()
    loaded = TrainedClassifier.from_bytes(model.to_bytes())
    load = time.perf_counter() - start
    plain, trained, served = Reader(hints, places), Reader(hints, places, loaded), served_reader()
    peer_name, peer_work = peer(texts, labels)
    table = Table("work (one core, messages/s)", "median", "min", "max", "goal")
    missed = False
    for name, work, goal in (
        ("mask numbers", lambda: [mask(text) for text in texts], 10_000),
        ("read with keywords", lambda: plain.read_many(texts), 10_000),
        ("mask + read as served", lambda: (served.read_many(texts), [mask(text) for text in texts]), 2_500),
        (
            "mask + read with four voters",
            lambda: (trained.read_many(texts), [mask(text) for text in texts]),
            0,
        ),
        (f"peer: {peer_name}, category only", peer_work, 0),
    ):
        speeds = per_second(work, len(texts))
        median = statistics.median(speeds)
        missed |= median < goal
        table.add_row(name, f"{median:,.0f}", f"{min(speeds):,.0f}", f"{max(speeds):,.0f}", f"{goal:,}")
    both = two_cores(texts)
    missed |= both < 5_000
    table.add_row("mask + read as served, two cores", f"{both:,.0f}", "", "", "5,000")
    speeds = assigning(texts)
    missed |= statistics.median(speeds) < 20
    table.add_row("assign to one of 3,000 issues", f"{statistics.median(speeds):,.0f}", "", "", "20")
    console = Console(width=120)
    console.print(table)
    times = sorted(_timed(served, text) for text in texts[:1_000])
    console.print(
        f"one message as served: p95 {times[950] * 1000:.2f} ms (goal 15); load of the four voters {load:.2f} s, of what is "
        f"served {_loading():.2f} s (goal 1)"
    )
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        megabytes = pool.submit(_memory).result()
    console.print(f"a process with what is served: {megabytes:,.0f} MB (goal 300)")
    for count in (2_000, 4_000, 8_000):
        console.print(f"cluster {count:,} messages: {clustering(count):.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(
        f"peak memory {peak:,.0f} MB; mean length {statistics.mean(map(len, texts)):.0f} characters"
    )
    return int(missed or times[950] > 0.015 or load > 1 or megabytes > 300)


def _timed(reader: Reader, text: str) -> float:
    start = time.perf_counter()
    reader.read(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
