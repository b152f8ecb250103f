"""The shelf of text models: entered once, measured, promoted or taken back by a person with a reason."""

import hashlib
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.intake.cards import ModelCard, ModelChangeCard
from shuzhi.domains.intake.models import ModelChange, ShelvedModel
from shuzhi.domains.intake.services import model_files
from shuzhi.engines import text as text_engine
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.events import ModelPromoted, ModelRolledBack
from shuzhi.spine.outbox import announce

TARGETS = ("category", "kind")
_CHANGES_SHOWN = 20


class ModelNotPromoted(Refused):
    code, status = "model-not-promoted", 409
    message = gettext_lazy(
        "%(version)s does not take over: %(reason)s. Train it on more messages, or keep what serves."
    )


WHY_NOT = {
    "other-data": gettext_lazy("measured on other messages than the one that serves"),
    "worse": gettext_lazy("worse than the one that serves"),
    "class-lost": gettext_lazy("one class gets much worse"),
    "serves-already": gettext_lazy("it serves already"),
}


class NoEarlierModel(Refused):
    code, status = "no-earlier-model", 409
    message = gettext_lazy("Of %(target)s no earlier model served, so that nothing can be taken back.")


def models(*, by: Actor) -> list[ModelCard]:
    """Every model that is entered, those that serve first, then the newest."""
    access.require_somewhere(by, "intake.models")
    register = _register()
    cards = [_card(register, entry) for entry in register.entries.values() if entry.target in TARGETS]
    newest = sorted(cards, key=lambda card: card.entry.made_on, reverse=True)
    return sorted(newest, key=lambda card: not card.serving)


def model(version: str, *, by: Actor) -> ModelCard:
    """One model with what was measured of it."""
    access.require_somewhere(by, "intake.models")
    return _card(register := _register(), _entry(register, version))


def model_changes(*, by: Actor) -> list[ModelChangeCard]:
    """Who let which model serve and why, newest first."""
    access.require_somewhere(by, "intake.models")
    return [
        ModelChangeCard(one.target, one.version, one.kind, one.because, one.by_label, one.at)
        for one in ModelChange.objects.order_by("-id")[:_CHANGES_SHOWN]
    ]


def confusion_of(version: str, *, by: Actor) -> str:
    """The picture (SVG) of which classes the model takes for which, "" when none was kept."""
    access.require_somewhere(by, "intake.models")
    return model_files.picture_of(_entry(_register(), version).version)


@transaction.atomic
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
    model_files.write_model(entry.version, data, picture)
    ShelvedModel.objects.create(
        version=entry.version, target=entry.target, entry=asdict(entry), entered_at=clock.now()
    )
    audit.record(by, "intake.enter_model", f"model:{entry.version}")
    return _card(register.with_entry(entry), entry)


@transaction.atomic
def promote_model(version: str, *, because: str, by: Actor) -> ModelCard:
    """Let a model serve from now on. Raises ModelNotPromoted when it is worse than the one that serves."""
    access.require_somewhere(by, "intake.models")
    _because(because)
    entry = _entry(_register(), version)
    register = _locked(entry.target)
    verdict = register.judge(version)
    former = _serving(register, entry.target)
    if former.version == version or not verdict.allowed:
        raise ModelNotPromoted(version=version, reason=WHY_NOT[verdict.code or "serves-already"])
    _change("promoted", entry, because, by)
    announce(ModelPromoted(target=entry.target, version=version, former=former.version), by=by)
    return _card(register.promote(version), entry)


@transaction.atomic
def rollback_model(target: str, *, because: str, by: Actor) -> ModelCard:
    """Let the model before serve again."""
    access.require_somewhere(by, "intake.models")
    _because(because)
    require_target(target)
    register = _locked(target)
    if len(register.served.get(target, ())) < 2:
        raise NoEarlierModel(target=target)
    former = _serving(register, target)
    register = register.rollback(target)
    serving = _serving(register, target)
    _change("rolled_back", serving, because, by)
    announce(ModelRolledBack(target=target, version=serving.version, former=former.version), by=by)
    return _card(register, serving)


def comes_with_the_program(entry: text_engine.ModelEntry) -> bool:
    return entry.version in text_engine.builtin_register().entries


def entered_last(target: str) -> datetime | None:
    """When a model was last learnt here, None when none was."""
    newest = ShelvedModel.objects.filter(target=target).order_by("-entered_at").first()
    return newest.entered_at if newest else None


def serving_entry(target: str) -> text_engine.ModelEntry:
    """The entry of the model that serves a target; the one that came with the program when nobody promoted another."""
    return _serving(_register(), target)


def serving_model(target: str) -> text_engine.Model:
    """The model that serves a target, its file checked against its entry."""
    return model_files.model_of(serving_entry(target))


def shelf_version() -> str:
    """Changes when another model serves."""
    changed = ModelChange.objects.order_by("-id").values_list("id", flat=True).first()
    return str(changed or 0)


def _register() -> text_engine.ModelRegister:
    """What came with the program, over it what was entered here, and what people let serve since."""
    register = text_engine.builtin_register()
    for kept in ShelvedModel.objects.order_by("id"):
        register = register.with_entry(text_engine.ModelEntry(**kept.entry))
    served = dict(register.served)
    for change in ModelChange.objects.order_by("id"):
        history = served.get(change.target, ())
        served[change.target] = history[:-1] if change.kind == "rolled_back" else (*history, change.version)
    return text_engine.ModelRegister(register.entries, served)


def _locked(target: str) -> text_engine.ModelRegister:
    """The register with the models of a target locked, so that two people change what serves one after the other."""
    list(ShelvedModel.objects.select_for_update().filter(target=target).order_by("id"))
    return _register()


def _serving(register: text_engine.ModelRegister, target: str) -> text_engine.ModelEntry:
    entry = register.serving(target)
    if entry is None:
        raise NotFound(what=_("Model"))
    return entry


def _change(kind: str, entry: text_engine.ModelEntry, because: str, by: Actor) -> None:
    ModelChange.objects.create(
        kind=kind,
        target=entry.target,
        version=entry.version,
        because=because.strip(),
        by=by.reference,
        by_label=by.label,
        at=clock.now(),
    )
    audit.record(by, f"intake.model_{kind}", f"model:{entry.version}")


def _entry(register: text_engine.ModelRegister, version: str) -> text_engine.ModelEntry:
    if version not in register.entries:
        raise NotFound(what=_("Model %(version)s") % {"version": version})
    return register.entries[version]


def require_target(target: str) -> None:
    """Raises InvalidInput for what no model is asked for."""
    if target not in TARGETS:
        told = {"targets": ", ".join(TARGETS)}
        raise InvalidInput(field=_("Model"), key="target", why=_("choose one of: %(targets)s.") % told)


def _because(because: str) -> None:
    if not because.strip():
        raise InvalidInput(field=_("Reason"), key="because", why=_("say why another model serves."))


def _card(register: text_engine.ModelRegister, entry: text_engine.ModelEntry) -> ModelCard:
    serving = register.serving(entry.target)
    verdict = register.judge(entry.version)
    serves = serving is not None and serving.version == entry.version
    return ModelCard(
        entry=entry,
        serving=serves,
        may_serve=verdict.allowed,
        why_not=verdict.code,
        comes_with_the_program=comes_with_the_program(entry),
        may_be_taken_back=serves and len(register.served.get(entry.target, ())) > 1,
    )
