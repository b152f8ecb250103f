"""Makes shuzhi-verify.pyz: one file with the verifier, the engines of ledger and rules, and the libraries they read with.

The same sources always give the same bytes, so that others can build it and compare.

    python -m shuzhi.programs.verify.build shuzhi-verify.pyz
"""

from __future__ import annotations

import io
import sys
import zipfile
from importlib.metadata import files
from pathlib import Path

import rfc8785
import ruamel.yaml

_PACKAGES = ("engines/ledger", "engines/rules", "programs/verify")
_MODULES = ("__init__.py", "engines/__init__.py", "programs/__init__.py", "programs/directories.py")
# Guarded, because parallel hashing may start this file anew in each process.
_START = """import sys
if sys.version_info < (3, 9):
    sys.exit("shuzhi-verify needs Python 3.9 or later")
from shuzhi.programs.verify.__main__ import main
if __name__ == "__main__":
    sys.exit(main())
"""
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold


def build(target: Path) -> Path:
    """Write the zipapp and make it executable; returns its path."""
    target.write_bytes(packed())
    target.chmod(0o755)
    return target


def packed() -> bytes:
    """The zipapp."""
    contents = {"__main__.py": _START.encode(), **_house(), **_libraries()}
    file = io.BytesIO(b"#!/usr/bin/env python3\n")
    file.seek(0, io.SEEK_END)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            archive.writestr(_info(name), contents[name])
    return file.getvalue()


def _house() -> dict[str, bytes]:
    house = Path(__file__).parents[2]
    sources = [house / module for module in _MODULES]
    sources += [source for package in _PACKAGES for source in (house / package).glob("*.py")]
    contents = {f"shuzhi/{one.relative_to(house).as_posix()}": one.read_bytes() for one in sources}
    # Its front door opens on whole populations, too, which need numpy; one decision needs only the rooms behind it.
    contents["shuzhi/engines/rules/__init__.py"] = b""
    return contents


def _libraries() -> dict[str, bytes]:
    contents = {"ruamel/__init__.py": b""}  # a zip file knows no package without one
    for package, library in (("rfc8785", rfc8785), ("ruamel/yaml", ruamel.yaml)):
        for source in Path(str(library.__file__)).parent.glob("*.py"):
            contents[f"{package}/{source.name}"] = source.read_bytes()
        contents[f"{package}/LICENSE"] = _licence(package.replace("/", "."))
    return contents


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _licence(library: str) -> bytes:
    """The library's licence must travel with its code (Apache-2.0, section 4; MIT)."""
    for file in files(library) or ():
        if file.name == "LICENSE":
            return file.read_binary()
    raise RuntimeError(f"{library} is installed without its licence")


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "shuzhi-verify.pyz"))
