"""Pages of the documentation that follow from the code: `python -m shuzhi.site.documents docs` writes them."""

import inspect
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer

from shuzhi.spine.events import Decision, Event


def events_page() -> str:
    """docs/events.md: every event in story order, what it says, and who listens."""
    from shuzhi.site.wiring import LISTENERS

    lines = [
        "# Events",
        "",
        "Everything that can happen, in story order; generated from `spine/events.py` and `site/wiring.py`.",
        "Bodies hold ids, codes, amounts and dates, never words or names. A *decision* binds somebody.",
        "",
    ]
    for name, event in Event.known.items():
        kind = "decision" if issubclass(event, Decision) else "event"
        heard = [listener.name for listener in LISTENERS if event in listener.events]
        lines += [f"## {name}", "", f"*{kind}*" + (f", heard by {', '.join(heard)}" if heard else ""), ""]
        told = inspect.getdoc(event)
        if told and not told.startswith(f"{name}("):
            lines += [told, ""]
        lines += ["| field | type |", "|---|---|"]
        lines += [f"| `{field.name}` | `{_type_name(field.type)}` |" for field in fields(event)]
        lines.append("")
    return "\n".join(lines)


def _type_name(declared: object) -> str:
    name = (
        getattr(declared, "__name__", "")
        if isinstance(declared, type) or hasattr(declared, "__supertype__")
        else ""
    )
    return (name or str(declared).replace("shuzhi.spine.events.", "")).replace("|", "\\|")


def commands_page() -> str:
    """docs/guide/commands.md: every command of `shuzhi`, its arguments and options."""
    from shuzhi.site.cli import whole

    lines = [
        "# Commands",
        "",
        "Everything that `shuzhi` can do, generated from the program. `shuzhi COMMAND --help` says the same.",
        "A refusal is one sentence and exit code 2.",
        "",
    ]
    for name, command in commands(typer.main.get_command(whole()), "shuzhi"):
        lines += [f"## {name}", "", inspect.cleandoc(command.help or ""), ""]
        told = [one for one in command.params if one.name != "help"]
        if told:
            lines += [
                "| | |",
                "|---|---|",
                *(f"| `{_spelled(one)}` | {_explained(one)} |" for one in told),
                "",
            ]
    return "\n".join(lines)


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands in and below one, each with the words that call it. Typer brings Click's classes by itself."""
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for word, one in below.items():
        yield from commands(one, f"{name} {word}")


def _spelled(one: Any) -> str:
    if one.param_type_name == "argument":
        return str(one.name).upper()
    spelled = ", ".join((*one.opts, *one.secondary_opts))
    return spelled if one.is_flag else f"{spelled} {str(one.name).rstrip('_').upper()}"


def _explained(one: Any) -> str:
    told = str(one.help or "").replace("|", "\\|").strip()
    default = None if callable(one.default) else one.default
    return told if default in (None, "", False, [], ()) else f"{told} Default: `{default}`."


def openapi() -> str:
    """docs/openapi.json: the schema that /api/openapi.json serves."""
    from shuzhi.site.api import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, default=str) + "\n"


def main(folder: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
    django.setup()
    docs = Path(folder)
    (docs / "events.md").write_text(events_page())
    (docs / "openapi.json").write_text(openapi())
    (docs / "guide" / "commands.md").write_text(commands_page())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docs")
