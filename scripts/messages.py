"""Keep the Chinese words complete: `python scripts/messages.py` lists what is missing, adds it to the .po files of
the room that says it, and compiles every .po to the .mo beside it. `--check` changes nothing and exits 1 instead."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "shuzhi"
CALLS = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "_",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
TEMPLATE_CALL = re.compile(
    r"""\b(p?n?gettext|_)\(\s*u?(?P<one>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:,\s*u?(?P<two>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))?"""
)
Message = tuple[str, str, str]  # what is said, its plural and its context ("" when it has none)


def in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if name in CALLS and words:
            yield _message(name, words[0], words[1] if len(words) > 1 else "")


def in_template(path: Path) -> Iterator[Message]:
    for found in TEMPLATE_CALL.finditer(templatize(path.read_text())):
        two = ast.literal_eval(found["two"]) if found["two"] else ""
        yield _message(found[1], ast.literal_eval(found["one"]), two)


def _message(call: str, one: str, two: str) -> Message:
    if call.startswith("pgettext"):
        return two, "", one
    return one, two if call.startswith("ngettext") else "", ""


def places(sentence: str) -> set[str]:
    """The %(name)s and {name} places of a sentence."""
    return set(re.findall(r"%\((\w+)\)[a-z]", sentence)) | set(re.findall(r"\{(\w+)\}", sentence))


def home_of(path: Path) -> Path:
    """The .po file of the room or part of the site to which a source file belongs."""
    for folder in path.parents:
        if (folder / "locale").is_dir():
            return folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    return SOURCE / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def said() -> dict[Path, set[Message]]:
    """Every message of the source, by the .po file that should translate it."""
    found: dict[Path, set[Message]] = {}
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if "migrations" in path.parts or "locale" in path.parts:
            continue
        messages = in_python(path) if path.suffix == ".py" else in_template(path)
        found.setdefault(home_of(path), set()).update(messages)
    return found


def catalogue(path: Path) -> polib.POFile:
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    book = polib.POFile(wrapwidth=110)
    book.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return book


def untranslated() -> dict[Path, list[Message]]:
    """Messages that no catalogue puts into Chinese. A room may use words that another catalogue has."""
    everywhere = said()
    known = {
        (entry.msgid, entry.msgid_plural, entry.msgctxt or "")
        for path in SOURCE.rglob("django.po")
        for entry in catalogue(path)
        if entry.translated() and not entry.fuzzy
    }
    missing = {path: sorted(messages - known) for path, messages in everywhere.items()}
    return {path: messages for path, messages in missing.items() if messages}


def stale() -> list[Path]:
    """.mo files that are not what their .po file compiles to."""
    return [
        path
        for path in SOURCE.rglob("django.po")
        if not path.with_suffix(".mo").exists()
        or path.with_suffix(".mo").read_bytes() != catalogue(path).to_binary()
    ]


def add(path: Path, messages: list[Message]) -> None:
    book = catalogue(path)
    for one, plural, context in messages:
        if not any((entry.msgid, entry.msgctxt or "") == (one, context) for entry in book):
            entry = polib.POEntry(msgid=one, msgid_plural=plural, msgctxt=context or None, msgstr="")
            if plural:
                entry.msgstr_plural = {0: ""}
            book.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))


def main() -> int:
    check = "--check" in sys.argv
    missing = untranslated()
    for path, messages in missing.items():
        print(f"{path.relative_to(SOURCE)}: {len(messages)} without Chinese")
        for one, _plural, _context in messages:
            print(f"    {one!r}")
        if not check:
            add(path, messages)
    old = stale()
    for path in old:
        print(f"{path.relative_to(SOURCE)}: not compiled")
        if not check:
            catalogue(path).save_as_mofile(str(path.with_suffix(".mo")))
    return 1 if missing or (check and old) else 0


if __name__ == "__main__":
    sys.exit(main())
