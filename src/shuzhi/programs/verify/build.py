"""Makes shuzhi-verify.pyz: one file with the verifier, the ledger engine and the RFC 8785 library.

The same sources always give the same bytes, so that others can build it and compare.

    python -m shuzhi.programs.verify.build shuzhi-verify.pyz
"""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import files
from pathlib import Path

import rfc8785

_PACKAGES = ("engines/ledger", "programs/verify")
_MODULES = ("__init__.py", "engines/__init__.py", "programs/__init__.py", "programs/directories.py")
# Guarded, because parallel hashing may start this file anew in each process.
_START = """import sys
from shuzhi.programs.verify.__main__ import main
if __name__ == "__main__":
    sys.exit(main())
"""
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold


def build(target: Path) -> Path:
    """Write the zipapp and make it executable; returns its path."""
    contents = {"__main__.py": _START.encode()}
    house = Path(__file__).parents[2]
    sources = [house / module for module in _MODULES]
    sources += [source for package in _PACKAGES for source in (house / package).glob("*.py")]
    for source in sources:
        contents[f"shuzhi/{source.relative_to(house).as_posix()}"] = source.read_bytes()
    library = Path(rfc8785.__file__).parent
    for source in library.glob("*.py"):
        contents[f"rfc8785/{source.name}"] = source.read_bytes()
    contents["rfc8785/LICENSE"] = _licence()
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(contents):
                archive.writestr(_info(name), contents[name])
    target.chmod(0o755)
    return target


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _licence() -> bytes:
    """The library's licence must travel with its code (Apache-2.0, section 4)."""
    for file in files("rfc8785") or ():
        if file.name == "LICENSE":
            return file.read_binary()
    raise RuntimeError("rfc8785 is installed without its licence")


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "shuzhi-verify.pyz"))
