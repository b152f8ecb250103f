"""The synthetic county as files for simulation: persons and households as Parquet, fitted to published totals."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shuzhi.domains.statistics import parquet
from shuzhi.engines import county
from shuzhi.engines.population import FitReport, fitted_weights

SQL_TYPES = {"number": "BIGINT", "truth": "BOOLEAN", "date": "DATE", "code": "VARCHAR"}
FITTED = ("area", "household_type", "age_band")
MOST_MEMBERS = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: sampled households, the households that they stand for, how near the totals are."""

    households: int
    stands_for: int
    fit: FitReport | None


def write_county(
    folder: Path, *, seed: int, households: int, totals: Mapping[str, Mapping[str, int]] | None = None
) -> Written:
    """Persons and households of the county as Parquet, in the order of `household_id`.

    totals: published numbers of households by label of `area`, `household_type` or `age_band`; the weights of the
    sampled households are fitted to them. Without totals every household stands for itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = county.survey(seed, county.people(seed, county.registry(seed), households))
    homes, report = found.households, None
    if totals:
        traits = {kind: [str(label) for label in homes[kind]] for kind in totals}
        weights, report = fitted_weights(traits, totals, rng=np.random.default_rng(seed))
        homes = {**homes, "weight": weights.tolist()}
    sizes = [int(str(people)) for people in homes["people"]]
    numbers = [(n * MOST_MEMBERS + at, n) for n, size in enumerate(sizes) for at in range(size)]
    _write(
        folder / "persons.parquet",
        ("person_id", "household_id"),
        numbers,
        county.PERSON_COLUMNS,
        found.persons,
    )
    ids = [(n,) for n in range(len(sizes))]
    _write(folder / "households.parquet", ("household_id",), ids, county.HOUSEHOLD_COLUMNS, homes)
    return Written(len(sizes), sum(int(str(weight)) for weight in homes["weight"]), report)


def read_totals(path: Path) -> dict[str, dict[str, int]]:
    """Published totals from a CSV with the columns kind, label, households."""
    found: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = row["kind"]
            if kind not in FITTED:
                raise ValueError(f"{path}: `{kind}` is none of {', '.join(FITTED)}")
            found.setdefault(kind, {})[row["label"]] = int(row["households"])
    return found


def _write(
    path: Path,
    keys: tuple[str, ...],
    numbers: Sequence[tuple[int, ...]],
    kinds: Mapping[str, county.CellKind],
    columns: Mapping[str, list[county.Cell]],
) -> None:
    """Columns as Parquet, through a CSV beside it that goes away again."""
    table = path.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        cells = zip(*(columns[name] for name in kinds), strict=True)
        csv.writer(file).writerows((*key, *_texts(row)) for key, row in zip(numbers, cells, strict=True))
    types = {**dict.fromkeys(keys, "BIGINT"), **{name: SQL_TYPES[kind] for name, kind in kinds.items()}}
    parquet.write_parquet(table, path, types=types)
    table.unlink()


def _texts(row: tuple[county.Cell, ...]) -> Iterator[object]:
    for value in row:
        yield "" if value is None else str(value).lower() if isinstance(value, bool) else value
