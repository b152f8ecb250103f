"""A static-files finder that serves an allow-list of files out of installed wheels: no copy, no CDN."""

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

# Named here, because the finder has a method called list.
Findings = list[CheckMessage]

ASSETS = {
    "vendor/maplibre/maplibre-gl.js": ("maplibre", "srcjs/maplibre-gl.js"),
    "vendor/maplibre/maplibre-gl.css": ("maplibre", "srcjs/maplibre-gl.css"),
}


def _wheel_file(public_path: str) -> Path:
    package, inner = ASSETS[public_path.replace("\\", "/")]
    spec = find_spec(package)  # finds the folder without importing the package
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / inner


class WheelStorage(FileSystemStorage):
    prefix = ""

    def path(self, name: str) -> str:
        return str(_wheel_file(name))

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        # The wheels ship no source maps, and the manifest storage refuses a file that names a missing one.
        raw = _wheel_file(name).read_bytes()
        return ContentFile(re.sub(rb"(?m)^(//#|/\*#) sourceMappingURL=.*$", b"", raw), name=name)


class WheelAssetFinder(BaseFinder):
    storage = WheelStorage()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        wanted_all = kwargs.get("all", find_all)
        found = str(_wheel_file(path)) if path in ASSETS else ""
        if wanted_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for path in ASSETS:
            yield path, self.storage

    def check(self, **kwargs: Any) -> Findings:
        return [
            Error(f"front-end asset missing: {path}") for path in ASSETS if not _wheel_file(path).exists()
        ]
