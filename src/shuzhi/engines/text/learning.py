"""Learns a linear model from authored lessons and judged messages, and measures it on judged messages it had not seen.

Needs the optional extra `train` (scikit-learn).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shuzhi.engines.text import features
from shuzhi.engines.text.confusion import confusion_picture
from shuzhi.engines.text.evaluation import Evaluation
from shuzhi.engines.text.reader import Classifier
from shuzhi.engines.text.registry import NEVER, ModelEntry
from shuzhi.engines.text.training import Corpus, Ints, corpus, entry_for, folds_of
from shuzhi.engines.text.training_linear import chances_of, train_linear

_FOLDS = 3
_SURE, _LEAST_SURE = 0.98, 100
"""Accuracy that answers without a human must have, and how many messages must have shown it."""
_SHORT, _LONG = 40, 150
"""Words of a message that bound its group of length."""


@dataclass(frozen=True)
class Example:
    """A labelled message. group: examples of one group never stand on both sides of a split.

    where: names of what it belongs to, such as district and channel; each is measured on its own.
    """

    text: str
    label: str
    group: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learnt:
    """A model file, what was measured of it, and the picture (SVG) of what it mixes up."""

    data: bytes
    entry: ModelEntry
    picture: str


def learn(
    lessons: Sequence[Example],
    judged: Sequence[Example],
    measured_on: Sequence[int],
    *,
    target: str,
    rival: Classifier,
    made_on: str,
) -> Learnt:
    """Train on everything and measure on judged messages.

    measured_on: places in `judged` of those that the rival never saw.   rival: the model that serves now.
    made_on: ISO date.   Raises ValueError when no judged message can be measured.
    """
    told = [*lessons, *judged]
    data = _corpus(told)
    own = np.array([len(lessons) + place for place in measured_on])
    own = own[np.isin([told[place].label for place in own], data.labels)]
    kept = _places_in_corpus(told, data)
    rows = kept[own]
    if not len(rows):
        raise ValueError("no judged message can be measured: each class needs 6 messages")
    measured = _measured(data, rows)
    shown = [told[place] for place in own]
    model = train_linear(data, version=f"{target}-learnt-{data.data_hash[:8]}")
    file = model.to_bytes()
    floor, share = measured.certain_from(_SURE)
    proven = share * len(rows) >= _LEAST_SURE
    entry = replace(
        entry_for(file, data, measured, target=target, made_on=made_on),
        groups=_groups(measured, shown),
        automatic_from=floor if proven else NEVER,
        automatic_share=share if proven else 0.0,
        rival_f1=_rival_f1(rival, shown, measured),
        judged=len(judged),
    )
    return Learnt(file, entry, confusion_picture(measured, title=entry.version))


def _corpus(told: Sequence[Example]) -> Corpus:
    numbers: dict[str, int] = {}
    groups = [numbers.setdefault(one.group, len(numbers)) for one in told]
    return corpus([features.words(one.text) for one in told], [one.label for one in told], groups)


def _places_in_corpus(told: Sequence[Example], data: Corpus) -> Ints:
    """(n,): the row of each example in the corpus, which leaves small classes out."""
    inside = np.isin([one.label for one in told], np.unique(data.labels))
    places: Ints = np.where(inside, np.cumsum(inside) - 1, -1)
    return places


def _measured(data: Corpus, own: Ints) -> Evaluation:
    """How the model does on its own rows, each judged by a model that saw neither it nor its copies."""
    classes, true = np.unique(data.labels, return_inverse=True)
    groups = data.groups[own]
    chances = np.zeros((len(own), len(classes)))
    fold = np.zeros(len(own), dtype=np.int64)
    for number, (_inner, outer) in enumerate(folds_of(true[own], groups, _FOLDS, 0)):
        rows = np.flatnonzero(~np.isin(data.groups, groups[outer]))
        model = train_linear(data, version="evaluation", rows=rows)
        chances[np.ix_(outer, np.searchsorted(classes, model.classes))] = chances_of(data, own[outer], model)
        fold[outer] = number
    return Evaluation(tuple(map(str, classes)), true[own], chances, fold, data.data_hash)


def _groups(measured: Evaluation, shown: Sequence[Example]) -> dict[str, float]:
    """Macro-F1 in each district, channel and group of length with enough messages."""
    found: dict[str, float] = {}
    for place in range(max(len(one.where) for one in shown)):
        found |= measured.f1_of_groups([one.where[place] for one in shown])
    return found | measured.f1_of_groups([_length(one.text) for one in shown])


def _length(text: str) -> str:
    count = len(features.words(text))
    return "short" if count < _SHORT else "long" if count > _LONG else "middle"


def _rival_f1(rival: Classifier, shown: Sequence[Example], measured: Evaluation) -> float:
    """Macro-F1 of the serving model on the same messages; an answer outside of the classes is a wrong one."""
    known = {name: number for number, name in enumerate(measured.classes)}
    chances = np.zeros((len(shown), len(known) + 1))
    for row, best in enumerate(rival.suggest_each([features.words(one.text) for one in shown], top=1)):
        chances[row, known.get(best[0].value, len(known))] = 1.0
    classes = (*measured.classes, "")
    return Evaluation(classes, measured.true, chances, measured.fold, measured.data_hash).macro_f1
