"""What the documents say is so: links lead somewhere, commands and settings exist, pictures are made by the script."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML
from scripts.screenshots import LANGUAGES, PICTURES, file_name

import shuzhi
from shuzhi.site import documents
from shuzhi.site.cli import whole

ROOT = Path(shuzhi.__file__).parent.parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")],
    key=str,
)
IN_PROSE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def said_commands(text: str) -> Iterator[str]:
    """Everything between backticks, and every line of a fenced block."""
    for block in FENCED.findall(text):
        yield from block.splitlines()
    yield from IN_PROSE.findall(FENCED.sub("", text))


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_something_that_is_there(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text()):
        target, _hash, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (document.parent / target).resolve() if target else document
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(link)

    assert broken == []


def test_every_document_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        reached.add(document)
        for link in LINK.findall(document.read_text()):
            path = (document.parent / link.partition("#")[0]).resolve()
            if path.suffix == ".md" and path.exists() and path not in reached:
                waiting.append(path)

    docs = {path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")}
    assert {str(path.relative_to(ROOT)) for path in docs - reached} == set()


def test_every_command_in_the_documents_exists_with_its_options() -> None:
    program = typer.main.get_command(whole())
    wrong = []
    for document in DOCUMENTS:
        for said in said_commands(document.read_text()):
            for call in re.split(r"\s{4,}|[|&;]+", said.partition("#")[0]):
                words = _words(call)
                if words[:1] == ["shuzhi"] and (why := _unknown(program, words[1:])):
                    wrong.append(f"{document.relative_to(ROOT)}: {call.strip()}: {why}")

    assert wrong == []


def _words(call: str) -> list[str]:
    try:
        return shlex.split(call)
    except ValueError:
        return call.split()


def _unknown(command: Any, words: list[str]) -> str:
    """Why a call cannot be made, "" when it can. Words in capitals and after `…` stand for something."""
    while below := getattr(command, "commands", {}):
        word = words.pop(0) if words else ""
        if not word or word in {"--help", "COMMAND", "…"}:
            return ""
        names = word.split("|")
        if unknown := [name for name in names if name not in below]:
            return f"no command {unknown[0]}"
        command = below[names[-1]]
    if command.name == "manage":
        return ""
    known = {"--help", *(name for one in command.params for name in (*one.opts, *one.secondary_opts))}
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    return next((f"no option {one}" for one in options if one not in known), "")


def test_every_command_and_option_is_explained_and_the_page_of_commands_is_current() -> None:
    silent = [
        f"{name} {one.name}"
        for name, command in documents.commands(typer.main.get_command(whole()), "shuzhi")
        for one in (command, *command.params)
        if not (one.help if hasattr(one, "help") else "") and one.name != "help"
    ]

    assert silent == []
    assert documents.commands_page() == (ROOT / "docs" / "guide" / "commands.md").read_text()


def test_make_can_do_what_the_documents_say_and_the_readme_says_what_make_can_do() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = {
        found
        for document in DOCUMENTS
        for text in said_commands(document.read_text())
        for found in re.findall(r"^\s*make ([a-z][a-z-]*)", text)
    }

    assert said <= targets
    readme = (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    assert {target for target in targets if f"make {target}" not in readme} == set()


def test_every_setting_is_explained_and_no_other_is() -> None:
    read = {
        name
        for path in (ROOT / "src" / "shuzhi").rglob("*.py")
        for name in re.findall(r'"(SHUZHI_[A-Z0-9_]+)"', path.read_text())
    }
    explained = re.findall(r"`(SHUZHI_[A-Z0-9_]+)`", (ROOT / "docs" / "guide" / "operations.md").read_text())

    assert set(explained) == read


def test_pictures_are_those_that_the_script_takes() -> None:
    made = {file_name(name, language) for name in PICTURES for language in LANGUAGES}
    there = {path.name for path in (ROOT / "docs" / "images").glob("*.png")}
    shown = {
        Path(link).name
        for document in DOCUMENTS
        for link in LINK.findall(document.read_text())
        if link.endswith(".png")
    }

    assert there == made
    assert shown <= made
    assert shown


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest
    assert newest[1] == version


def test_publiccode_says_what_the_standard_asks_for_and_what_the_package_says() -> None:
    """publiccode.yml 0.4, docs.italia.it: mandatory keys, lengths and vocabularies."""
    told = YAML(typ="safe").load((ROOT / "publiccode.yml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert told["publiccodeYmlVersion"] == "0.4"
    assert (told["softwareVersion"], told["legal"]["license"]) == (project["version"], project["license"])
    assert date.fromisoformat(str(told["releaseDate"]))
    assert told["url"].startswith("https://")
    assert told["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert told["softwareType"] == "standalone/web"
    assert set(told["platforms"]) <= {"web", "windows", "mac", "linux", "ios", "android"}
    assert told["maintenance"]["type"] == "community"
    assert all(one["name"] for one in told["maintenance"]["contacts"])
    assert told["localisation"]["localisationReady"] is True
    assert set(told["localisation"]["availableLanguages"]) == set(told["description"]) == {"zh", "en"}
    for one in told["description"].values():
        assert len(one["shortDescription"]) <= 150
        assert 150 <= len(one["longDescription"]) <= 10_000
        assert one["features"]


def test_the_licence_is_the_one_that_the_package_names() -> None:
    assert (ROOT / "LICENSE").read_text().lstrip().startswith("Apache License\n")
