"""Style sheets, scripts and pictures: gathered, named by their content and compressed once for each change."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def gather() -> bool:
    """Gather the static files unless none has changed since the last time; whether there was anything to do."""
    note = Path(settings.STATIC_ROOT) / "sources.sha256"
    mark = hashlib.sha256("\n".join(sorted(_sources())).encode()).hexdigest()
    if note.exists() and note.read_text() == mark:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    note.write_text(mark)
    return True


def _sources() -> Iterator[str]:
    """Every file with its size and time of change; and how the storage writes them."""
    yield str(settings.STORAGES["staticfiles"])
    for finder in get_finders():
        for path, storage in finder.list([]):
            told = Path(storage.path(path)).stat()
            yield f"{path} {told.st_size} {told.st_mtime_ns}"
