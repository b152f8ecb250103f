"""A county's whole state in two folders: one for what is stored, one for the keys without which nobody reads it.

Kept apart, neither tells anything alone, and an erasure is complete when the last backup of the keys from before is gone.
Left out is what the database can say again: public files of the ledger, facts for figures, drawings, static files.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.ledger import places
from shuzhi.spine import clock
from shuzhi.spine.errors import InvalidInput, Refused

FORMAT = "shuzhi-backup/1"
LIST = "backup.json"
_SAID_AGAIN = {"cache", "run", "static", "warehouse"}
_KEYS = {"keys", "ledger"}
_OF_THE_LEDGER = {"public", "publisher.lock"}  # said again, too; what else lies in its folder are keys
_DUMP = "database.pgdump"
_FILE = "database.sqlite3"


class CannotBackUp(Refused):
    code = "cannot-back-up"
    message = _("%(why)s")


def back_up(stored: Path, keys: Path) -> tuple[int, int]:
    """Write both folders while the county runs; returns the bytes of each.

    The database first, then files, then keys: whatever a stored row needs is there. The folders appear under their names
    when both are whole. Raises InvalidInput, CannotBackUp.
    """
    _require_apart(stored, keys)
    with _whole(stored) as folder, _whole(keys) as apart:
        _dump_database(folder)
        for one in _inside(settings.SHUZHI_DATA_DIR):
            if one.name not in _SAID_AGAIN | _KEYS and not _is_database(one):
                _copy(one, folder / "data" / one.name)
        for one in _inside(settings.SHUZHI_DATA_DIR / "keys"):
            _copy(one, apart / "keys" / one.name)
        for one in _inside(places.folder()):
            if one.name not in _OF_THE_LEDGER:
                _copy(one, apart / "ledger" / one.name)
    return _size(stored), _size(keys)


def restore(stored: Path, keys: Path) -> str:
    """Bring a county back into an empty data folder and an empty database; returns when the backup was made.

    Every file is held against its SHA-256 before the first is copied. Raises InvalidInput, CannotBackUp.
    """
    made_at = _checked(stored)
    _checked(keys)
    _require_empty()
    brought = {
        _home_of(one): one for place in (stored / "data", keys) for one in _inside(place) if one.name != LIST
    }
    try:
        for home, one in brought.items():
            _copy(one, home)
        _load_database(stored)
    except BaseException:
        for home in brought:
            shutil.rmtree(home) if home.is_dir() else home.unlink(missing_ok=True)
        _drop_file()
        raise
    for command in (["setup"], ["ledger", "rebuild"], ["statistics", "rebuild"]):
        _run([sys.executable, "-m", "shuzhi", *command])  # a process of its own reads the keys that came back
    return made_at


def _home_of(place: Path) -> Path:
    return places.folder() if place.name == "ledger" else settings.SHUZHI_DATA_DIR / place.name


def _require_apart(stored: Path, keys: Path) -> None:
    if keys.resolve().is_relative_to(stored.resolve()) or stored.resolve().is_relative_to(keys.resolve()):
        raise InvalidInput(
            field="--keys", why=_("Keys must not lie with what they open: name another folder.")
        )
    for field, place in (("FOLDER", stored), ("--keys", keys)):
        if place.resolve().is_relative_to(settings.SHUZHI_DATA_DIR):
            raise InvalidInput(
                field=field,
                why=_("%(place)s lies in the data folder, which it would copy: name another one.")
                % {"place": place},
            )
        if place.exists():
            raise InvalidInput(
                field=field,
                why=_("%(place)s exists. Name a folder that does not exist yet.") % {"place": place},
            )


def _require_empty() -> None:
    kept = [one.name for one in _inside(settings.SHUZHI_DATA_DIR) if one.name != "keys"]
    if kept or connection.introspection.table_names():
        raise CannotBackUp(
            why=_("There is a county already: restore into an empty SHUZHI_DATA_DIR and an empty database.")
        )


@contextmanager
def _whole(place: Path) -> Iterator[Path]:
    """A folder that only its owner reads; with the list of its files it gets its name, and without it goes away."""
    unfinished = place.with_name(f"{place.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        yield unfinished
        told = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(timespec="seconds"),
            "files": {str(one.relative_to(unfinished)): _digest(one) for one in _files(unfinished)},
        }
        (unfinished / LIST).write_text(json.dumps(told, indent=1))
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _checked(place: Path) -> str:
    try:
        told: dict[str, Any] = json.loads((place / LIST).read_text())
    except (OSError, ValueError) as error:
        raise CannotBackUp(why=_("%(place)s holds no backup.") % {"place": place}) from error
    if told.get("format") != FORMAT:
        raise CannotBackUp(why=_("%(place)s is a backup of another version.") % {"place": place})
    for name, digest in told["files"].items():
        if not (place / name).is_file() or _digest(place / name) != digest:
            raise CannotBackUp(
                why=_("%(file)s of the backup is missing or was altered. Take another backup.")
                % {"file": place / name}
            )
    return str(told["made_at"])


def _dump_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / _FILE)) as copy:
            connection.connection.backup(copy)
    else:
        _run(
            ["pg_dump", "--format=custom", "--no-owner", f"--file={folder / _DUMP}", *_server()],
            **_password(),
        )


def _load_database(stored: Path) -> None:
    if connection.vendor == "sqlite":
        _require_kind(stored / _FILE)
        connection.ensure_connection()
        with closing(sqlite3.connect(stored / _FILE)) as copy:
            copy.backup(connection.connection)
    else:
        _require_kind(stored / _DUMP)
        command = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", *_server()]
        _run([*command, str(stored / _DUMP)], **_password())


def _drop_file() -> None:
    if connection.vendor == "sqlite":
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{ending}").unlink(missing_ok=True)


def _require_kind(file: Path) -> None:
    if not file.exists():
        raise CannotBackUp(
            why=_(
                "The backup was made on another kind of database. Set SHUZHI_DATABASE_URL to the same kind."
            )
        )


def _server() -> list[str]:
    told = connection.settings_dict
    named = {"host": told["HOST"], "port": told["PORT"], "username": told["USER"], "dbname": told["NAME"]}
    return [f"--{name}={value}" for name, value in named.items() if value]


def _password() -> dict[str, str]:
    return {"PGPASSWORD": connection.settings_dict["PASSWORD"] or ""}


def _run(command: Sequence[str], **more: str) -> None:
    try:
        done = subprocess.run(command, env=os.environ | more, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotBackUp(
            why=_("%(program)s is not installed: it comes with PostgreSQL's client programs.")
            % {"program": command[0]}
        ) from error
    if done.returncode:
        raise CannotBackUp(why=done.stderr.strip() or done.stdout.strip())


def _inside(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.is_dir() else []


def _is_database(one: Path) -> bool:
    return connection.vendor == "sqlite" and str(one).startswith(str(connection.settings_dict["NAME"]))


def _copy(one: Path, target: Path) -> None:
    """A file or a folder; a file of keys in one moment of its life, though others write to it."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if one.is_dir():
        target.mkdir(exist_ok=True, mode=0o700)
        for inner in _inside(one):
            _copy(inner, target / inner.name)
    elif one.suffix == ".sqlite3":
        with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        target.chmod(0o600)
    elif not one.name.endswith((".sqlite3-journal", ".sqlite3-wal", ".sqlite3-shm")):
        with suppress(FileNotFoundError):  # a draft's photo that somebody has just taken back
            shutil.copy2(one, target)


def _files(place: Path) -> list[Path]:
    return [one for one in sorted(place.rglob("*")) if one.is_file()]


def _size(place: Path) -> int:
    return sum(one.stat().st_size for one in _files(place))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
