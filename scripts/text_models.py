"""Makes and checks the models that come with the text engine, from authored words alone.

    python scripts/text_models.py            train, measure and write src/shuzhi/engines/text/data/
    python scripts/text_models.py --check    exit 1 when the authored words are not those that the models learnt from

Categories and types learn from the situations of the synthetic county and the descriptions of its categories; dangers
to life from those situations and `tests/engines/text/urgency_set.tsv`. All of them are synthetic.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from shuzhi.engines import county
from shuzhi.engines.county.phrasing import compose
from shuzhi.engines.county.slots import Slots
from shuzhi.engines.text import ModelRegister, features, training, training_linear
from shuzhi.engines.text.builtin import DANGER, NO_DANGER

ROOT = Path(__file__).parents[1]
HOME = ROOT / "src/shuzhi/engines/text/data"
DANGERS = ROOT / "tests/engines/text/urgency_set.tsv"
SEED = 20
REGISTERS = ("plain", "plain", "polite", "terse", "elderly", "angry")
SIZES = {"category": 9_000, "kind": 4_000, "danger": 12_000}
"""Features kept, for each target."""
_SLOT = re.compile(r"\{\w+\}")

Sample = tuple[str, str, int]
"""Text, label, group: phrasings of one group never stand on both sides of a split."""


def variants(registry: county.CountyRegistry, seed: int) -> Iterator[tuple[county.Situation, int, str]]:
    """Messages of each situation, each written with one phrasing of every part only: situation, phrasing, message."""
    rng = random.Random(seed)
    community, town, whole = (
        next(area for area in registry.areas if area.level == level)
        for level in ("community", "town", "county")
    )
    for situation in county.situations().values():
        fitting = [place.name for place in registry.places if place.kind == situation.place]
        for phrasing in range(len(situation.problem)):
            for register in REGISTERS:
                slots = Slots(
                    rng,
                    place=rng.choice(fitting or [community.name]),
                    community=community,
                    town=town,
                    county=whole,
                )
                one = _only(situation, phrasing)
                title = one.title[0].format_map(slots)
                yield situation, phrasing, f"{title}\n{compose(register, one, slots, rng)}"


def _only(situation: county.Situation, phrasing: int) -> county.Situation:
    def one(sentences: tuple[str, ...]) -> tuple[str, ...]:
        return (sentences[phrasing % len(sentences)],) * 2

    return replace(
        situation,
        title=one(situation.title),
        problem=one(situation.problem),
        detail=one(situation.detail),
        history=one(situation.history),
        ask=one(situation.ask),
    )


def samples(target: str) -> list[Sample]:
    """What a target learns from, always in the same order."""
    registry = county.registry(SEED)
    groups: dict[object, int] = {}
    found: list[Sample] = []
    if target == "danger":
        return _dangers()
    for situation, phrasing, text in variants(registry, SEED):
        label = situation.leaf if target == "category" else situation.kind
        found.append((text, label, groups.setdefault((situation.code, phrasing), len(groups))))
    if target == "category":
        found += _described(registry, len(groups))
    return found


def _described(registry: county.CountyRegistry, first_group: int) -> Iterator[Sample]:
    """The description of each category as short messages, so that categories without a situation are known too."""
    rng = random.Random(SEED)
    for number, category in enumerate(one for one in registry.categories if one.keywords):
        for half in range(2):
            words = list(category.keywords[half::2]) or list(category.keywords)
            for _each in range(4):
                rng.shuffle(words)
                text = f"{category.name}，{'，'.join(words[:3])}"
                yield text, category.code, first_group + 2 * number + half


def _dangers() -> list[Sample]:
    """Sentences with or without a danger to life."""
    found: list[str] = []
    labels: list[str] = []
    for situation in county.situations().values():
        grave = situation.urgency == "life_safety"
        sentences = [*situation.title, *situation.problem]
        sentences += [] if grave else [*situation.detail, *situation.history, *situation.ask]
        found += [_SLOT.sub("某", one) for one in sentences]
        labels += [DANGER if grave else NO_DANGER] * len(sentences)
    for line in DANGERS.read_text(encoding="utf-8").splitlines()[1:]:
        urgency, sentence = line.split("\t")
        found.append(sentence)
        labels.append(DANGER if urgency == "life_safety" else NO_DANGER)
    return [(text, label, number) for number, (text, label) in enumerate(zip(found, labels, strict=True))]


def corpus_of(target: str) -> training.Corpus:
    texts, labels, groups = zip(*samples(target), strict=True)
    return training.corpus([features.words(text) for text in texts], labels, groups)


def make(today: date, targets: Sequence[str]) -> None:
    """Train, measure and write the models of some targets; the others keep their entries."""
    register = ModelRegister()
    if set(targets) != set(SIZES):
        known = ModelRegister.from_json((HOME / "register.json").read_text(encoding="utf-8"))
        for entry in known.entries.values():
            if entry.target not in targets:
                register = register.with_entry(entry).promote(entry.version)
    for target in targets:
        size = SIZES[target]
        data = corpus_of(target)
        *_folds, measured = training_linear.evaluate_linear(data, most_features=size)
        version = f"{target}-authored-{data.data_hash[:8]}"
        model = training_linear.train_linear(data, version=version, most_features=size).to_bytes()
        entry = training.entry_for(model, data, measured, target=target, made_on=today.isoformat())
        register = register.with_entry(entry).promote(version)
        (HOME / f"{target}.npz").write_bytes(model)
        print(
            f"{target}: {len(data)} texts, {len(measured.classes)} classes, macro-F1 {measured.macro_f1:.3f}, "
            f"accuracy {(measured.chosen == measured.true).mean():.3f}, top 3 {measured.top(3):.3f}, "
            f"calibration error {measured.calibration_error:.3f}, {len(model):,} bytes"
        )
    (HOME / "register.json").write_text(register.to_json() + "\n", encoding="utf-8")


def stale() -> list[str]:
    """The targets whose model did not learn from the authored words as they are now."""
    register = ModelRegister.from_json((HOME / "register.json").read_text(encoding="utf-8"))
    return [
        target
        for target in SIZES
        if (serving := register.serving(target)) is None or serving.data_hash != corpus_of(target).data_hash
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", choices=tuple(SIZES))
    asked = parser.parse_args()
    if asked.check:
        old = stale()
        print("\n".join(f"{target}: run python scripts/text_models.py" for target in old) or "up to date")
        return int(bool(old))
    make(date.today(), (asked.only,) if asked.only else tuple(SIZES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
