"""The synthetic population that reforms are tried on: drawn once, kept in the database, held in memory."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from shuzhi.domains.policy.models import PopulationCopy
from shuzhi.domains.policy.refusals import NoPopulation
from shuzhi.engines import county
from shuzhi.engines.rules import Coded, Given, People, simulation

GROUPS = ("area", "age_band", "household_type")
EPOCH = date(1970, 1, 1).toordinal()
VALUES, KNOWN, WORDS = "values", "known", "words"


def packed(found: county.Survey) -> bytes:
    """Columns as one file, without pickled objects."""
    parts: dict[str, np.ndarray] = {}
    for side, kinds in (("persons", county.PERSON_COLUMNS), ("households", county.HOUSEHOLD_COLUMNS)):
        for name, kind in kinds.items():
            cells = getattr(found, side)[name]
            parts |= {f"{side}/{name}/{what}": array for what, array in _arrays(kind, cells).items()}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **parts)
    return file.getvalue()


def newest() -> PopulationCopy:
    """The population of today, without its content. Raises NoPopulation."""
    row = PopulationCopy.objects.defer("content").order_by("-pk").first()
    if row is None:
        raise NoPopulation()
    return row


@lru_cache(2)
def sample(digest: str) -> simulation.Sample:
    """A kept population, unpacked once in each process."""
    content = bytes(PopulationCopy.objects.get(digest=digest).content)
    with np.load(io.BytesIO(content), allow_pickle=False) as parts:
        arrays = dict(parts.items())
    persons = {name: _given(arrays, f"persons/{name}") for name in county.PERSON_COLUMNS}
    homes = {name: _given(arrays, f"households/{name}") for name in county.HOUSEHOLD_COLUMNS}
    groups = {kind: homes[kind].values for kind in GROUPS}
    return simulation.Sample(
        people=People(np.asarray(homes["people"].values), persons, homes),
        weights=np.asarray(homes["weight"].values),
        incomes=homes["income"],
        groups={kind: values for kind, values in groups.items() if isinstance(values, Coded)},
    )


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _arrays(kind: county.CellKind, cells: Sequence[county.Cell]) -> Mapping[str, np.ndarray]:
    known = np.array([cell is not None for cell in cells], dtype=np.bool_)
    told = {} if known.all() else {KNOWN: known}
    if kind == "code":
        coded = Coded.of("" if cell is None else str(cell) for cell in cells)
        return {VALUES: coded.places.astype(np.int16), WORDS: np.array(coded.words), **told}
    if kind == "date":
        days = [cell.toordinal() - EPOCH if isinstance(cell, date) else 0 for cell in cells]
        return {VALUES: np.array(days, dtype=np.int32), **told}
    plain = [0 if cell is None else cell for cell in cells]
    return {VALUES: np.array(plain, dtype=np.bool_ if kind == "truth" else np.int64), **told}


def _given(arrays: Mapping[str, np.ndarray], name: str) -> Given:
    values, known = arrays[f"{name}/{VALUES}"], arrays.get(f"{name}/{KNOWN}")
    words = arrays.get(f"{name}/{WORDS}")
    return Given(values if words is None else Coded(values, tuple(words.tolist())), known)
