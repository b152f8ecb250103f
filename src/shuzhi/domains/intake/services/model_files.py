"""Files of text models on disk: named by their content, written whole, checked against their entry when read."""

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shuzhi.engines import text as text_engine


def write_model(version: str, data: bytes, picture: str) -> None:
    """Keep the file of a model and the picture (SVG) of what it mixes up, "" for none."""
    _write(_file(version, ".npz"), data)
    if picture:
        _write(_file(version, ".svg"), picture.encode())


def picture_of(version: str) -> str:
    """The kept picture, "" when there is none."""
    path = _file(version, ".svg")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def model_of(entry: text_engine.ModelEntry) -> text_engine.Model:
    """The model of an entry. Raises RuntimeError when its file was changed."""
    path = _file(entry.version, ".npz")
    if entry.version in text_engine.builtin_register().entries and not path.is_file():
        return text_engine.builtin_model(entry.target)
    return _loaded(entry.version, entry.file_hash, path)


@lru_cache(maxsize=4)
def _loaded(version: str, file_hash: str, path: Path) -> text_engine.Model:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != file_hash:
        raise RuntimeError(f"the file of model {version} was changed: {path}. Restore it or roll back.")
    return text_engine.read_model(data)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, so that a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.replace(file.name, path)


def _file(version: str, ending: str) -> Path:
    """Versions name their target, date and data hash; as a file name nothing else of them counts."""
    safe = "".join(char if char.isalnum() or char in "-_" else "_" for char in version)
    return Path(settings.SHUZHI_DATA_DIR) / "models" / f"{safe}{ending}"
