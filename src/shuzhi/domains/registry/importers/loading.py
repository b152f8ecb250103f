"""How a table becomes rows of the registry: every row is accepted, unchanged, or sent back with a reason."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.engines.tabular import Field, Row
from shuzhi.spine.actors import Actor
from shuzhi.spine.events import Event

BATCH = 2000


class Given(NamedTuple):
    """A row of the file with its cells by field name."""

    row: Row
    values: Mapping[str, str]


class Outcome(NamedTuple):
    """What became of a row. refusal None and changed False: it was there already."""

    row: Row
    changed: bool
    refusal: RowRefused | None = None


class Loader(ABC):
    """Takes the rows of one file into one data set. Made anew for every file, inside its transaction."""

    fields: ClassVar[tuple[Field, ...]]
    required: ClassVar[tuple[str, ...]]
    topics: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, present: frozenset[str], by: Actor) -> None:
        """present: the fields that the file has a column for; others keep what they were."""
        self.present = present
        self.by = by
        self.events: list[Event] = []

    @abstractmethod
    def outcomes(self, rows: Iterable[Given]) -> Iterator[Outcome]:
        """Judge every row, in an order of the loader's choice, and write what changes."""


class RowLoader(Loader):
    """Takes row after row, and writes at the end."""

    def outcomes(self, rows: Iterable[Given]) -> Iterator[Outcome]:
        for given in self.arranged(rows):
            try:
                yield Outcome(given.row, self.take(given.values))
            except RowRefused as refusal:
                yield Outcome(given.row, False, refusal)
        self.finish()

    def arranged(self, rows: Iterable[Given]) -> Iterable[Given]:
        return rows

    @abstractmethod
    def take(self, values: Mapping[str, str]) -> bool:
        """Take a row; whether it changes anything. Raises RowRefused."""

    def finish(self) -> None:
        """Write what was taken and not yet written."""
        return


class KeyedLoader(RowLoader):
    """A data set whose rows are found by their code; a later file changes what differs and deletes nothing."""

    model: ClassVar[type[Model]]
    key: ClassVar[str] = "code"

    def __init__(self, *, present: frozenset[str], by: Actor) -> None:
        super().__init__(present=present, by=by)
        self.there: dict[Any, Model] = {
            getattr(row, self.key): row for row in self.model._default_manager.all()
        }
        self.taken: dict[Any, dict[str, Any]] = {}
        self.fresh: dict[Any, Model] = {}
        self.edited: dict[Any, Model] = {}

    @abstractmethod
    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """The columns of a row, validated, the key among them. Raises RowRefused."""

    def take(self, values: Mapping[str, str]) -> bool:
        return self.keep(self.read(values))

    def keep(self, data: dict[str, Any]) -> bool:
        key = data[self.key]
        if key in self.taken:
            if self.taken[key] == data:
                return False
            raise RowRefused(
                self.key, _("“%(key)s” stands in this file twice, with different cells") % {"key": key}
            )
        self.taken[key] = data
        row = self.there.get(key)
        if row is None:
            self.fresh[key] = self.there[key] = self.model(**data)
            return True
        different = {name: value for name, value in data.items() if self._changes(row, name, value)}
        for name, value in different.items():
            setattr(row, name, value)
        if different:
            self.edited[key] = row
        return bool(different)

    def _changes(self, row: Model, name: str, value: Any) -> bool:
        return name in self.present and getattr(row, name) != value

    def finish(self) -> None:
        self.model._default_manager.bulk_create(self.fresh.values(), batch_size=BATCH)
        columns = [field.name for field in self.model._meta.concrete_fields if not field.primary_key]
        self.model._default_manager.bulk_update(
            self.edited.values(), columns, batch_size=BATCH // len(columns)
        )


class TreeLoader(KeyedLoader):
    """Rows with a parent, which may stand in the same file, above or below."""

    def __init__(self, *, present: frozenset[str], by: Actor) -> None:
        super().__init__(present=present, by=by)
        self.parents: dict[str, str] = {code: str(vars(row)["parent"]) for code, row in self.there.items()}

    def place_of(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Code and parent of a row, as far as they can be read."""
        return values.get("code", ""), values.get("parent", "")

    def arranged(self, rows: Iterable[Given]) -> Iterable[Given]:
        """Parents first. Rows that hang in a circle come last, where their unknown parents refuse them."""
        waiting = [(given, *self.place_of(given.values)) for given in rows]
        while waiting:
            codes = {code for _given, code, _parent in waiting}
            ready = [one for one in waiting if one[2] not in codes]
            if not ready:
                yield from (given for given, _code, _parent in waiting)
                return
            yield from (given for given, _code, _parent in ready)
            waiting = [one for one in waiting if one[2] in codes]

    def keep(self, data: dict[str, Any]) -> bool:
        code, parent = data["code"], data["parent"]
        if parent and parent not in self.parents:
            raise RowRefused(
                "parent", _("“%(text)s” is not known. Import it first or correct it.") % {"text": parent}
            )
        above = parent
        while above:
            if above == code:
                raise RowRefused("parent", _("“%(text)s” would stand above itself") % {"text": code})
            above = self.parents.get(above, "")
        changed = super().keep(data)
        self.parents[code] = parent
        return changed
