"""Pages of the documentation that follow from the code: `python -m shuzhi.site.documents docs` writes them."""

import inspect
import json
import os
import sys
from dataclasses import fields
from pathlib import Path

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


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "docs")
