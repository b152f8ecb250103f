"""Makes and checks the models that come with the text engine, from authored words alone.

    python -m scripts.text_models            train, measure and write src/shuzhi/engines/text/data/
    python -m scripts.text_models --check    exit 1 when the authored words are not those that the models learnt from

Categories and types learn from the situations of the synthetic county and the descriptions of its categories; dangers
to life from those situations, `tests/engines/text/urgency_set.tsv` and `scripts/dangers/`. All of them are synthetic.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from scripts.dangers.sentences import sentences as danger_sentences
from shuzhi.engines import county
from shuzhi.engines.text import ModelRegister, features, training, training_linear
from shuzhi.engines.text.builtin import DANGER, NO_DANGER
from shuzhi.engines.text.evaluation import Evaluation
from shuzhi.engines.text.linear import LinearClassifier

ROOT = Path(__file__).parents[1]
HOME = ROOT / "src/shuzhi/engines/text/data"
DANGERS = ROOT / "tests/engines/text/urgency_set.tsv"
APART = {
    "kind": tuple(ROOT / "tests/engines/text" / name for name in ("kind_held_out.tsv", "kind_blind.tsv"))
}
"""Sentences from which nothing is learnt: what a target is measured on, where frames left out would tell too little."""
SEED = 20
SIZES = {"category": 9_000, "kind": 4_000, "danger": 12_000}
"""Features kept, for each target."""
_SLOT = re.compile(r"\{\w+\}")

Sample = tuple[str, str, int]
"""Text, label, group."""


def samples(target: str) -> list[Sample]:
    """What a target learns from, always in the same order."""
    if target == "danger":
        return _dangers()
    return [
        (one.text, label, one.group)
        for one in county.lessons(SEED)
        if (label := one.category if target == "category" else one.kind)
    ]


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
    apart = [(text, label, number) for number, (text, label) in enumerate(zip(found, labels, strict=True))]
    return [*apart, *danger_sentences(len(apart))]


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
        version = f"{target}-authored-{data.data_hash[:8]}"
        trained = training_linear.train_linear(data, version=version, most_features=size)
        model = trained.to_bytes()
        measured = _apart(trained, APART[target]) if target in APART else _folded(data, size)
        entry = training.entry_for(model, data, measured, target=target, made_on=today.isoformat())
        entry = replace(entry, apart=len(measured.true) if target in APART else 0)
        register = register.with_entry(entry).promote(version)
        (HOME / f"{target}.npz").write_bytes(model)
        print(
            f"{target}: {len(data)} texts, {len(measured.classes)} classes, macro-F1 {measured.macro_f1:.3f}, "
            f"accuracy {(measured.chosen == measured.true).mean():.3f}, top 3 {measured.top(3):.3f}, "
            f"calibration error {measured.calibration_error:.3f}, {len(model):,} bytes"
        )
    (HOME / "register.json").write_text(register.to_json() + "\n", encoding="utf-8")


def _folded(data: training.Corpus, size: int) -> Evaluation:
    *_folds, measured = training_linear.evaluate_linear(data, most_features=size)
    return measured


def _apart(model: LinearClassifier, paths: Sequence[Path]) -> Evaluation:
    """How the model does on labelled sentences that were written apart."""
    told = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    labels, texts = zip(*(line.split("\t") for line in told), strict=True)
    chances = model.chances([features.words(text) for text in texts])
    true = np.array([model.classes.index(label) for label in labels], dtype=np.int64)
    seen = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return Evaluation(model.classes, true, chances, np.zeros(len(told), dtype=np.int64), seen)


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
        print("\n".join(f"{target}: run python -m scripts.text_models" for target in old) or "up to date")
        return int(bool(old))
    make(date.today(), (asked.only,) if asked.only else tuple(SIZES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
