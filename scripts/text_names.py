"""Learns which characters of a text are the name of a person, from authored words alone.

    python -m scripts.text_names            train and write src/shuzhi/engines/text/data/names.npz
    python -m scripts.text_names --measure  figures on the development sentences by weights that have not seen them
    python -m scripts.text_names --check    exit 1 when the authored words are not those that the weights learnt from

Names of nobody (`scripts/names/people.py`) are set into authored frames (`scripts/names/*.txt`), into the situations of
the synthetic county where those speak of a person, and into the sentences of `tests/engines/text/masking_set.tsv` and
`masking_held_out.tsv`. `names_first_sight.tsv` and `names_blind.tsv` are never read here.
"""

import argparse
import hashlib
import inspect
import io
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from scripts.names import field, people, sentences
from scripts.names.sentences import Labelled
from shuzhi.engines import county
from shuzhi.engines.county import tables as county_tables
from shuzhi.engines.text import name_features, name_words, surnames
from shuzhi.engines.text.person_names import (
    BEGIN,
    END,
    INSIDE,
    NameModel,
    Tagger,
    Weights,
    find,
    lac_tagger,
)

ROOT = Path(__file__).parents[1]
HOME = ROOT / "src/shuzhi/engines/text/data/names.npz"
DEVELOPMENT = (
    ROOT / "tests/engines/text/masking_set.tsv",
    ROOT / "tests/engines/text/masking_held_out.tsv",
)
SEED, LESSONS, SECONDED = 31, 20, 12_000
"""Where chance begins; rounds through the county's situations; how many sentences the second tagger reads as well."""
EAGER = 0.5
"""What speaks for every beginning of a name: chosen on the development sentences."""
ROUNDS, PLAIN_ROUNDS, COUNTY, COPIES = 26, 42, 9000, 8
"""Rounds through the frames with names and without, sentences of the county, and how often each development sentence returns."""


def development() -> list[Labelled]:
    """The development sentences with where their names stand."""
    rows: list[Labelled] = []
    for path in DEVELOPMENT:
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            text, names, at = "", set(), 0
            marked = line.split("\t", 1)[1]
            for found in re.finditer(r"\[([a-z_]+)\|([^\]]*)\]", marked):
                text += marked[at : found.start()]
                if found[1] == "name":
                    names.add((len(text), len(text) + len(found[2])))
                text += found[2]
                at = found.end()
            rows.append((text + marked[at:], frozenset(names)))
    return rows


@cache
def of_the_county() -> tuple[str, ...]:
    """The sentences that people of the synthetic county write, each once."""
    told = {
        one
        for lesson in county.lessons(LESSONS)
        if lesson.category
        for one in re.findall(r"[^。！？\n]+[。！？]?", lesson.text)
    }
    told |= {
        one for text in _administrative() for one in re.findall(r"[\u4e00-\u9fff][^。；\n,]+[。；]?", text)
    }
    return tuple(sorted(told))


def _administrative() -> Iterator[str]:
    """What the county's offices have written: answers, services and their papers, what units do."""
    for name in ("knowledge", "catalogue", "reply_templates", "categories", "units"):
        for row in county_tables.rows(name):
            yield from row.values()


def rows_of(known: Sequence[Labelled]) -> list[Labelled]:
    """All sentences to learn from; known: development sentences among them."""
    rng, ordinary = random.Random(SEED), of_the_county()
    rows = [*sentences.told(ROUNDS, "sentences", rng, ordinary)]
    rows += sentences.told(PLAIN_ROUNDS, "ordinary", rng, ordinary)
    plain = rng.sample(ordinary, min(COUNTY, len(ordinary)))
    rows += [(text, frozenset()) for text in plain]
    rows += [made for text in plain for _ in range(2) if (made := sentences.peopled(text, rng))]
    phrases = people.parts("phrases")["WORDS"]
    rows += [(f"{phrase}。", frozenset()) for phrase in phrases]
    rows += list(known) * 2
    rows += [sentences.renamed(row, rng) for row in known if row[1] for _ in range(COPIES)]
    return rows


def lesson(row: Labelled, tagger: Tagger | None) -> field.Lesson:
    """The sentence as a tagger sees it, with what is true of each character."""
    text, names = row
    plain, places = name_features.compact(text)
    second = tagger(text) if tagger else ()
    seen = np.concatenate(list(name_features.sights(plain, places, second)), axis=1).astype(np.int32)
    states = np.zeros(len(plain), dtype=np.int8)
    here = {place: at for at, place in enumerate(places)}
    for start, end in names:
        first, last = here[start], here[end - 1]
        states[first : last + 1] = INSIDE
        states[first], states[last] = BEGIN, END
    return field.Lesson(seen, states)


def learn(known: Sequence[Labelled], tagger: Tagger) -> NameModel:
    """The weights alone, and from them, on some of the sentences, those that hear the second tagger as well."""
    rows = [row for row in rows_of(known) if row[0]]
    found = sum(len(names) for _, names in rows)
    print(f"{len(rows):,} sentences, {found:,} names", file=sys.stderr)
    alone = field.learn([lesson(row, None) for row in rows], SEED)
    heard = random.Random(SEED).sample(rows, SECONDED)
    seconded = field.learn([lesson(row, tagger) for row in heard], SEED, known=alone, rounds=4)
    return NameModel(_eager(alone), _eager(seconded))


def _eager(weights: Weights) -> Weights:
    """The weights with a little more for a name: one that is missed costs more than a word that is hidden."""
    steps = weights.steps.copy()
    steps[:, BEGIN] += EAGER
    return Weights(weights.sights, steps)


def figures(rows: Iterable[Labelled], model: NameModel, tagger: Tagger | None) -> tuple[float, float]:
    """Recall and precision."""
    hit = miss = false = 0
    for text, names in rows:
        found = set(find(text, tagger, model=model))
        hit += len(found & names)
        miss += len(names - found)
        false += len(found - names)
    return hit / (hit + miss), hit / (hit + false)


def measure(tagger: Tagger) -> None:
    """By weights that know none of the development sentences."""
    model = learn((), tagger)
    for name, second in (("alone", None), ("with LAC", tagger)):
        recall, precision = figures(development(), model, second)
        print(f"{name}: recall {recall:.3f}, precision {precision:.3f}")


def learnt_from() -> str:
    """SHA-256 of all that the weights learn from."""
    files = sorted(path for path in people.HOME.iterdir() if path.suffix in (".txt", ".py"))
    read = [path.read_text(encoding="utf-8") for path in (*files, *DEVELOPMENT)]
    read += [inspect.getsource(module) for module in (name_words, surnames)]
    settings = (SEED, LESSONS, SECONDED, EAGER, ROUNDS, PLAIN_ROUNDS, COUNTY, COPIES, name_features.SIGHTS)
    return hashlib.sha256(
        json.dumps((settings, read, of_the_county()), ensure_ascii=False).encode()
    ).hexdigest()


def stale() -> bool:
    with np.load(HOME, allow_pickle=False) as known:
        return str(known["learnt from"]) != learnt_from()


def write(model: NameModel) -> None:
    held = io.BytesIO()
    arrays = {"learnt from": np.array(learnt_from())}
    arrays |= model.alone.packed("alone") | model.seconded.packed("seconded")
    np.savez_compressed(held, allow_pickle=False, **arrays)
    HOME.write_bytes(held.getvalue())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.check:
        old = stale()
        print("names: run python -m scripts.text_names" if old else "up to date")
        return int(old)
    lac = lac_tagger()
    tagger = cache(lambda text: tuple(lac(text)))
    if asked.measure:
        measure(tagger)
    else:
        write(learn(development(), tagger))
    return 0


if __name__ == "__main__":
    sys.exit(main())
