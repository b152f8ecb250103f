"""What many tests begin with: made once in a process, through the services; for later tests the same rows are laid down."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from shuzhi.domains.intake.services import word_index
from shuzhi.domains.registry.models import TopicVersion
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import AuditEntry, OutboxEvent

WORD_INDEX = "intake_wordindex"  # an index of SQLite's own kind: made again from the demands

_beginnings = {repr(([None, None], []))}

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _State:
    """The rows of each table and the files of the data folder."""

    tables: dict[str, list[tuple[Any, ...]]]
    files: dict[Path, tuple[bytes, int]]

    def since(self, before: "_State") -> "_State":
        return _State(
            {name: rows for name, rows in self.tables.items() if rows != before.tables[name]},
            {path: told for path, told in self.files.items() if told != before.files.get(path)},
        )


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """The same function, which from the same beginning to the same end goes through the services only once.

    On PostgreSQL, where a test commits, and where something was done before that is not made once, it is always gone
    through.
    """
    known: dict[object, tuple[_State, T]] = {}

    @wraps(make)
    def given(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.vendor != "sqlite" or not connection.in_atomic_block:
            return make(*args, **kwargs)
        beginning = _mark()
        if beginning not in _beginnings:
            return make(*args, **kwargs)
        asked = beginning, clock._frozen.get(), get_language(), repr(args), repr(sorted(kwargs.items()))
        if asked in known:
            state, made = known[asked]
            _lay_down(state)
        else:
            before = _state()
            made = make(*args, **kwargs)
            known[asked] = _state().since(before), made
            _beginnings.add(_mark())
        return deepcopy(made)

    return given


def _mark() -> object:
    """What tells one state from another: every write is told or audited at its moment, every topic has its version."""
    last = [model.objects.order_by("-pk").values_list().first() for model in (OutboxEvent, AuditEntry)]
    topics = sorted(TopicVersion.objects.values_list("topic", "version"))
    return repr((last, topics))


def _state() -> _State:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        tables = {name: _rows(cursor, name) for name in names if not name.startswith(WORD_INDEX)}
    folder = Path(settings.SHUZHI_DATA_DIR)
    found = (path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder): (path.read_bytes(), path.stat().st_mode) for path in found}
    return _State(tables, files)


def _rows(cursor: Any, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f'SELECT * FROM "{table}"')
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _lay_down(state: _State) -> None:
    with connection.cursor() as cursor:
        for table, rows in state.tables.items():
            cursor.execute(f'DELETE FROM "{table}"')
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
    for path, (told, mode) in state.files.items():
        place = Path(settings.SHUZHI_DATA_DIR) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(told)
        place.chmod(mode)
    if "intake_demand" in state.tables:
        word_index.rebuild(by=SYSTEM)
