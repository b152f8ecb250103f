"""A JSON Schema of rule books, for editors that complete and underline while typing."""

from typing import Any

from .reading import SECTIONS

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TYPES = ["money", "measure", "rate", "count", "int", "truth", "bool", "date", "code"]


def editor_schema() -> dict[str, Any]:
    """Draft 2020-12. It knows names and shapes; kinds, units and circles are found by `check`."""
    value: dict[str, Any] = {"type": ["number", "string", "boolean", "null", "array"]}
    dated = {
        "anyOf": [
            value,
            _object(
                {
                    "value": value,
                    "is": _TEXT,
                    "until": _TEXT,
                    "published": _TEXT,
                    "law": _TEXT,
                    "verified": _TRUTH,
                }
            ),
        ]
    }
    typed = {"type": {"enum": _TYPES}, "unit": _TEXT, "period": {"enum": ["month", "year"]}, "codes": _LIST}
    named = {"law": _TEXT, "en": _TEXT, "verified": _TRUTH, "published": _TEXT}
    given = _object(
        {
            **typed,
            "min": value,
            "max": value,
            "source": _TEXT,
            "fresh": _TEXT,
            "ask": _TEXT,
            "en": _TEXT,
            "fixed": _TRUTH,
        }
    )
    rule = _object(
        {
            **typed,
            **named,
            "of": _OF,
            "is": {"type": ["string", "boolean", "number", "object"]},
            "say": _TEXT,
            "say_en": _TEXT,
        },
        ["of", "law"],
    )
    table = _object(
        {
            **typed,
            **named,
            "of": _OF,
            "columns": _LIST,
            "rows": {"type": "array"},
            "otherwise": value,
            "say": _TEXT,
            "say_en": _TEXT,
        },
        ["of", "law", "columns", "rows", "otherwise"],
    )
    param = _object({**typed, **named, "source": _TEXT, "reached": {"enum": _TYPES}}, ["law"])
    for entry in (rule, param):
        entry["patternProperties"] = {_DAY: dated}
    law = _object(
        {
            "title": _TEXT,
            "number": _TEXT,
            "from": _TEXT,
            "published": _TEXT,
            "checked_on": _TEXT,
            "verified": _TRUTH,
            "url": _TEXT,
        },
        ["title", "from"],
    )
    grant = _object(
        {
            "rule": _TEXT,
            "each": {"enum": ["month", "quarter", "year", "once"]},
            "once_per": _LIST,
            "review": {"enum": ["human", "none"]},
        },
        ["rule"],
    )
    article = _object({"text": _TEXT, "source": _TEXT, "quoted": _TRUTH}, ["text"])
    many = {"articles": article, "inputs": given, "params": param, "tables": table, "rules": rule}
    properties: dict[str, Any] = {
        name: {"type": "object", "additionalProperties": shape} for name, shape in many.items()
    }
    properties |= {
        "policy": _TEXT,
        "en": _TEXT,
        "law": law,
        "grants": {"anyOf": [grant, {"type": "array", "items": grant}]},
    }
    properties |= {name: {"type": "array"} for name in SECTIONS if name not in properties}
    schema = _object(properties, ["policy", "law"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Shuzhi rule book", **schema}


_TEXT = {"type": "string"}
_TRUTH = {"type": "boolean"}
_LIST = {"type": "array", "items": {"type": ["string", "number"]}}
_OF = {"enum": ["person", "household"]}


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }
