"""The shelf of text models on disk: entered once, measured, promoted or taken back by a person; files are checked."""

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.intake.cards import ModelCard
from shuzhi.engines import text as text_engine
from shuzhi.spine import access, audit
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound, Refused

TARGETS = ("category", "kind")


class ModelNotPromoted(Refused):
    code, status = "model-not-promoted", 409
    message = gettext_lazy(
        "%(version)s does not take over (%(reason)s). Train it on more messages, or keep what serves."
    )


def models(*, by: Actor) -> list[ModelCard]:
    """Every model that is entered, those that serve first, then the newest."""
    access.require_somewhere(by, "intake.models")
    register = _register()
    cards = [_card(register, entry) for entry in register.entries.values()]
    return sorted(
        sorted(cards, key=lambda card: card.entry.made_on, reverse=True), key=lambda card: not card.serving
    )


def model(version: str, *, by: Actor) -> ModelCard:
    """One model with what was measured of it."""
    access.require_somewhere(by, "intake.models")
    return _card(register := _register(), _entry(register, version))


def confusion_of(version: str, *, by: Actor) -> str:
    """The picture (SVG) of which classes the model takes for which, "" when none was kept."""
    access.require_somewhere(by, "intake.models")
    path = _file(_entry(_register(), version).version, ".svg")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def enter_model(data: bytes, entry: text_engine.ModelEntry, *, picture: str = "", by: Actor) -> ModelCard:
    """Put a measured model on the shelf; it serves only when somebody promotes it."""
    access.require_somewhere(by, "intake.models")
    register = _register()
    if entry.version in register.entries:
        return _card(register, register.entries[entry.version])
    if entry.target not in TARGETS or hashlib.sha256(data).hexdigest() != entry.file_hash:
        raise InvalidInput(
            field=_("Model"), key="model", why=_("the file does not belong to the entry. Train it again.")
        )
    _write(_file(entry.version, ".npz"), data)
    if picture:
        _write(_file(entry.version, ".svg"), picture.encode())
    _save(register := register.with_entry(entry))
    audit.record(by, "intake.enter_model", f"model:{entry.version}")
    return _card(register, entry)


def promote_model(version: str, *, because: str, by: Actor) -> ModelCard:
    """Let a model serve from now on. Raises ModelNotPromoted when it is worse than the one that serves."""
    access.require_somewhere(by, "intake.models")
    _because(because)
    register = _register()
    entry = _entry(register, version)
    verdict = register.judge(version)
    if not verdict.allowed:
        raise ModelNotPromoted(version=version, reason=verdict.code)
    _save(register := register.promote(version))
    audit.record(by, "intake.promote_model", f"model:{version}", because=because)
    return _card(register, entry)


def rollback_model(target: str, *, because: str, by: Actor) -> ModelCard:
    """Let the model before serve again."""
    access.require_somewhere(by, "intake.models")
    _because(because)
    register = _register()
    if len(register.served.get(target, ())) < 2:
        raise ModelNotPromoted(version=target, reason="no-earlier")
    _save(register := register.rollback(target))
    serving = register.serving(target)
    if serving is None:
        raise RuntimeError("a register that was rolled back serves something")
    audit.record(by, "intake.rollback_model", f"model:{serving.version}", because=because)
    return _card(register, serving)


def serving_entry(target: str) -> text_engine.ModelEntry:
    """The entry of the model that serves a target; the one that came with the program when nobody promoted another."""
    entry = _register().serving(target)
    if entry is None:
        raise RuntimeError(f"no model serves {target}")
    return entry


def serving_model(target: str) -> text_engine.Model:
    """The model that serves a target, its file checked against its entry."""
    entry = serving_entry(target)
    return _loaded(entry.version, entry.file_hash, _file(entry.version, ".npz"))


def shelf_version() -> str:
    """Changes when another model serves."""
    served = _register().served
    return "/".join(served[target][-1] for target in TARGETS)


@lru_cache(maxsize=4)
def _loaded(version: str, file_hash: str, path: Path) -> text_engine.Model:
    known = text_engine.builtin_register().entries
    data = (
        text_engine.builtin_bytes(known[version].target)
        if version in known and not path.is_file()
        else path.read_bytes()
    )
    if hashlib.sha256(data).hexdigest() != file_hash:
        raise RuntimeError(f"the file of model {version} was changed: {path}. Restore it or roll back.")
    return text_engine.read_model(data)


def _register() -> text_engine.ModelRegister:
    """What came with the program, and over it what was entered here."""
    path = _home() / "register.json"
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return text_engine.builtin_register()
    return _read_register(str(path), stamp)


@lru_cache(maxsize=2)
def _read_register(path: str, _stamp: int) -> text_engine.ModelRegister:
    kept = text_engine.ModelRegister.from_json(Path(path).read_text(encoding="utf-8"))
    return text_engine.builtin_register().extended_by(kept)


def _save(register: text_engine.ModelRegister) -> None:
    _write(_home() / "register.json", register.to_json().encode())


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, so that a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.replace(file.name, path)


def _home() -> Path:
    return Path(settings.SHUZHI_DATA_DIR) / "models"


def _file(version: str, ending: str) -> Path:
    """Versions name their target, date and data hash; as a file name nothing else of them counts."""
    return _home() / f"{''.join(char if char.isalnum() or char in '-_' else '_' for char in version)}{ending}"


def _entry(register: text_engine.ModelRegister, version: str) -> text_engine.ModelEntry:
    if version not in register.entries:
        raise NotFound(what=_("Model"))
    return register.entries[version]


def _because(because: str) -> None:
    if not because.strip():
        raise InvalidInput(field=_("Reason"), key="because", why=_("say why another model serves."))


def _card(register: text_engine.ModelRegister, entry: text_engine.ModelEntry) -> ModelCard:
    serving = register.serving(entry.target)
    verdict = register.judge(entry.version)
    return ModelCard(
        entry=entry,
        serving=serving is not None and serving.version == entry.version,
        may_serve=verdict.allowed,
        why_not=verdict.code,
        comes_with_the_program=entry.version in text_engine.builtin_register().entries,
    )
