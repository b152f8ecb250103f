"""The house is what its floor plan says: checked, not asserted."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey

import shuzhi
from shuzhi.site import wiring
from shuzhi.spine.events import Event

SOURCE = Path(shuzhi.__file__).parent
ROOMS = sorted(
    path.name
    for path in (SOURCE / "domains").iterdir()
    if (path / "services").exists() or (path / "services.py").exists()
)
HEAVY = {"statsmodels", "pandas", "scipy.stats", "sklearn", "openpyxl"}
OWN_APPS = [config for config in apps.get_app_configs() if config.name.startswith("shuzhi.")]


def python_files(folder: Path = SOURCE) -> list[Path]:
    return [path for path in folder.rglob("*.py") if "migrations" not in path.parts]


def test_no_foreign_key_runs_between_rooms():
    """Rooms know each other's ids, so that each can be changed, moved or tested alone."""
    shared = {"spine", "registry"}
    crossing = [
        f"{model.__name__}.{field.name}"
        for config in OWN_APPS
        for model in config.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label not in {config.label, *shared}
    ]

    assert crossing == []


def test_no_file_is_a_drawer_for_odds_and_ends():
    names = {path.stem for path in python_files()}

    assert names & {"utils", "helpers", "common", "base", "misc"} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_write_says_who_acts(room):
    """A service that writes takes `by`, keyword-only: nobody acts unseen."""
    silent = []
    for path in python_files(SOURCE / "domains" / room):
        if "services" not in path.parts and path.stem != "services":
            continue
        silent += [
            f"{path.relative_to(SOURCE)}:{node.name}"
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_")
            and _announces(node)
            and "by" not in {arg.arg for arg in (*node.args.kwonlyargs, *node.args.args)}
        ]

    assert silent == []


def _announces(node: ast.FunctionDef) -> bool:
    calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    names = {getattr(call, "id", getattr(call, "attr", "")) for call in calls}
    by_platform = any(isinstance(part, ast.Name) and part.id == "SYSTEM" for part in ast.walk(node))
    return bool(names & {"announce", "announce_all"}) and not by_platform


def test_event_bodies_hold_no_words():
    """Names of fields that could carry a citizen's words or name are not welcome in events."""
    forbidden = re.compile(r"(text|title|words|phone|address|comment|message$|^name$|content)")
    found = [
        f"{name}.{field}"
        for name, event in Event.known.items()
        for field in inspect.get_annotations(event)
        if forbidden.search(field)
    ]

    assert found == []


def test_every_event_is_announced_somewhere():
    source = "\n".join(path.read_text() for path in python_files() if path.name != "events.py")

    assert [name for name in Event.known if f"{name}(" not in source] == []


def test_every_event_is_documented_and_the_page_is_current():
    from shuzhi.site.documents import events_page

    assert events_page() == (SOURCE.parent.parent / "docs" / "events.md").read_text()


def test_no_signal_and_no_save_override_hides_a_duty():
    overriding = [
        model.__name__ for config in OWN_APPS for model in config.get_models() if "save" in vars(model)
    ]
    signalled = [
        str(path.relative_to(SOURCE))
        for path in python_files()
        if re.search(r"\b(post|pre)_(save|delete)\b", path.read_text())
    ]

    assert overriding + signalled == []


@pytest.mark.django_db
def test_migrations_are_current():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_listeners_have_names_of_their_own():
    names = [listener.name for listener in wiring.LISTENERS]

    assert len(set(names)) == len(names)


def test_what_few_need_is_not_loaded_by_everybody():
    """A web server starts without what forecasts, clusters and reads workbooks: seconds and memory of each process."""
    asked = f"""
import sys
import shuzhi.site.wsgi
print(sorted({HEAVY!r} & sys.modules.keys()))"""
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True
    )

    assert told.stdout.strip() == "[]"


def test_no_path_of_a_machine_stands_in_the_source():
    root = SOURCE.parent.parent
    files = [path for path in root.rglob("*") if path.suffix in {".py", ".md", ".toml", ".html", ".yml"}]
    found = [
        str(path.relative_to(root))
        for path in files
        if not {".venv", "var", "node_modules", ".git"} & set(path.parts)
        and re.search(r"(?<![\w.])/(home|root|work)/\w", path.read_text(errors="ignore"))
        and path != Path(__file__)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["truth.json", "entitled.json"])
def test_the_planted_truth_is_written_by_the_demo_and_read_by_nobody(name: str):
    naming = [path for path in python_files() if name in path.read_text()]

    assert [path.parent.relative_to(SOURCE).as_posix() for path in naming] == ["site/demo"]
    uses = [line for line in naming[0].read_text().splitlines() if name in line]
    assert all(f'"{name}").write_text(' in line for line in uses)
