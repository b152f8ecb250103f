"""The register of trained models as plain values: what was measured, which serves, and when a new one may."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

NEVER = 2.0
"""No confidence reaches this."""
_LOST_AT_MOST = 0.05
"""F1 that one class may lose against the serving model while the mean gains."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One trained model. target: what it suggests, such as "category".   data_hash: SHA-256 of its training data.

    evaluated_on: SHA-256 of the data and split of its evaluation; only models measured on the same can be compared.
    macro_f1, f1 (each class), groups (name of a group → macro-F1), calibration_error: 0 to 1.   made_on: ISO date.
    file_hash: SHA-256 of the model file, so that a changed file is refused.
    automatic_from: lowest confidence above which 98 of 100 answers were right, on messages of the county that the model
    had not seen; NEVER when that was not shown.   automatic_share: how many of those messages lie above it, 0 to 1.
    intervals: class → lower and upper bound of its F1, 95 %.   judged: how many of the rows were filed by people here.
    apart: how many messages, written apart from the rows, it was measured on; 0: on the rows, fold by fold.
    rival, rival_f1: the model that served when this one was measured, and its macro-F1 on the same messages.
    """

    version: str
    target: str
    data_hash: str
    evaluated_on: str
    rows: int
    macro_f1: float
    f1: Mapping[str, float]
    calibration_error: float
    made_on: str
    file_hash: str
    groups: Mapping[str, float] = field(default_factory=dict)
    limits: str = ""
    automatic_from: float = NEVER
    automatic_share: float = 0.0
    rival: str = ""
    rival_f1: float = 0.0
    intervals: Mapping[str, Sequence[float]] = field(default_factory=dict)
    judged: int = 0
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Promotion:
    """Whether a model may serve; code says why not, stable for translation: "other-data", "worse", "class-lost"."""

    allowed: bool
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ModelRegister:
    """All entries and, for each target, the versions that served, last one serving. Changing gives a new register."""

    entries: Mapping[str, ModelEntry] = field(default_factory=dict)
    served: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def serving(self, target: str) -> ModelEntry | None:
        """The entry that serves a target, None when none was promoted."""
        history = self.served.get(target, ())
        return self.entries[history[-1]] if history else None

    def with_entry(self, entry: ModelEntry) -> "ModelRegister":
        """Enter a model. Raises ValueError when the version is taken."""
        if entry.version in self.entries:
            raise ValueError(f"version {entry.version} is already entered")
        return replace(self, entries={**self.entries, entry.version: entry})

    def judge(self, version: str) -> Promotion:
        """Whether the model may serve: measured on the same data, not worse in the mean nor much worse in a class."""
        candidate = self.entries[version]
        current = self.serving(candidate.target)
        if current is None or current.version == version:
            return Promotion(True)
        if candidate.rival == current.version:
            return self._against_rival(candidate)
        if candidate.evaluated_on != current.evaluated_on:
            return Promotion(False, "other-data", "The two models were measured on different data.")
        if candidate.macro_f1 < current.macro_f1:
            lost = current.macro_f1 - candidate.macro_f1
            return Promotion(False, "worse", f"Macro-F1 is {lost:.4f} lower than that of {current.version}.")
        for name, before in current.f1.items():
            if before - candidate.f1.get(name, 0.0) > _LOST_AT_MOST:
                return Promotion(False, "class-lost", f"Class {name} loses more than {_LOST_AT_MOST} of F1.")
        return Promotion(True)

    def _against_rival(self, candidate: ModelEntry) -> Promotion:
        lost = candidate.rival_f1 - candidate.macro_f1
        if lost <= 0:
            return Promotion(True)
        reason = f"Macro-F1 is {lost:.4f} lower than that of {candidate.rival} on the same messages."
        return Promotion(False, "worse", reason)

    def promote(self, version: str) -> "ModelRegister":
        """Let a model serve its target. Raises ValueError with the reason when it may not."""
        verdict = self.judge(version)
        if not verdict.allowed:
            raise ValueError(f"{verdict.code}: {verdict.reason}")
        target = self.entries[version].target
        return replace(self, served={**self.served, target: (*self.served.get(target, ()), version)})

    def rollback(self, target: str) -> "ModelRegister":
        """Let the model before serve again. Raises ValueError when there was none."""
        history = self.served.get(target, ())
        if len(history) < 2:
            raise ValueError(f"no earlier model for {target}")
        return replace(self, served={**self.served, target: history[:-1]})

    def to_json(self) -> str:
        """The register as one JSON file."""
        entries = {version: asdict(entry) for version, entry in self.entries.items()}
        return json.dumps({"entries": entries, "served": dict(self.served)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "ModelRegister":
        """Read what `to_json` wrote."""
        data = json.loads(text)
        entries = {version: ModelEntry(**entry) for version, entry in data["entries"].items()}
        return cls(entries, {target: tuple(history) for target, history in data["served"].items()})
