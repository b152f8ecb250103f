"""Writes the text of a brief from figures: pure words, no database. Every number it writes rests on a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.domains.insight.brief_facts import Asked, Figure, Measured, Told, Voiced, Warned
from shuzhi.domains.insight.brief_text import plain, rows_of
from shuzhi.domains.insight.naming import yuan

NUMERATOR, DENOMINATOR, RATE = "numerator", "denominator", "rate"


@dataclass
class Figures:
    """The figures of a text, in the order in which it names them."""

    told: list[Figure] = field(default_factory=list)

    def cite(self, shown: str, **figure: object) -> str:
        """A number as the text has it, with what it rests on."""
        self.told.append({"shown": shown, **figure})
        return f"[{shown}]({len(self.told)})"


def periodic(told: Told) -> tuple[str, list[Figure]]:
    """The text of a daily, weekly or monthly brief, and its figures."""
    cite = Figures()
    parts = [
        _("# 1. Overview"),
        _overview(told, cite),
        _("# 2. How it was handled"),
        _table(told.measures, cite),
        _("# 3. Hot issues"),
        *(_issue(number, one, cite) for number, one in enumerate(told.issues, start=1)),
        *([] if told.issues else [_("Nothing was reported by several people about one matter.")]),
        _("# 4. Early warnings"),
        *(_warning(number, one, cite) for number, one in enumerate(told.warnings, start=1)),
        *([] if told.warnings else [_("No warning stood in this period.")]),
        _("# 5. Decisions and how they are carried out"),
        *_decisions(told, cite),
        _("# 6. About the figures"),
        _about(told.synthetic),
        *(_("On %(day)s: %(said)s.") % {"day": _day(one.on), "said": one.said} for one in told.breaks),
    ]
    return "\n\n".join(parts), cite.told


def special(asked: Asked) -> tuple[str, list[Figure]]:
    """The text of a special brief about a question of the decision desk, and its figures."""
    cite = Figures()
    options = [
        (
            plain(title),
            cite.cite(yuan(cost), kind="question", reference=str(asked.id)),
            plain(good),
            plain(whom),
        )
        for title, cost, good, whom in asked.options
    ]
    head = (_("Option"), _("Cost (yuan)"), _("What it brings"), _("Who is affected"))
    evidence = [
        f"{plain(label)}{_(': ')}{cite.cite(plain(said)[:160], **figure)}"
        for label, said, figure in asked.evidence
    ]
    parts = [
        _("# 1. What is at stake"),
        plain(asked.background),
        _("# 2. What it rests on"),
        plain(asked.basis),
        *evidence,
        _("# 3. Options"),
        rows_of([head, *options]),
        _("# 4. What may go wrong"),
        plain(asked.risk),
        _("# 5. The decision"),
        *_outcome(asked, cite),
        _("# 6. About the figures"),
        _about(asked.synthetic),
    ]
    return "\n\n".join(part for part in parts if part), cite.told


def _overview(told: Told, cite: Figures) -> str:
    counts = {"now": _count(told.received.figure, cite), "before": _count(told.received.before, cite)}
    if told.first == told.last:
        said = _("On %(day)s %(now)s demands were received; the day before, %(before)s.") % {
            "day": _day(told.first),
            **counts,
        }
    else:
        said = _(
            "From %(first)s to %(last)s %(now)s demands were received; the period before, %(before)s."
        ) % {
            "first": _day(told.first),
            "last": _day(told.last),
            **counts,
        }
    if not told.groups:
        return said
    named = _(", ").join(f"{plain(name)} {_count(figure, cite)}" for name, figure in told.groups)
    return said + _(" Most were about: %(named)s.") % {"named": named}


def _table(measures: Sequence[Measured], cite: Figures) -> str:
    head = (_("Measure"), _("This period"), _("The one before"), _("Orders it rests on"))
    rows = [
        (
            plain(one.label),
            _value(one.figure, cite),
            _value(one.before, cite),
            _count(one.figure, cite),
        )
        for one in measures
    ]
    return rows_of([head, *rows])


def _issue(number: int, issue: Voiced, cite: Figures) -> str:
    people = cite.cite(f"{issue.people:,}", kind="issue", reference=str(issue.id), part="people")
    demands = cite.cite(f"{issue.demands:,}", kind="issue", reference=str(issue.id), part="demands")
    return _(
        "%(n)s. %(title)s (%(place)s; %(stage)s): reported by %(people)s people in %(demands)s demands."
    ) % {
        "n": number,
        "title": plain(issue.title),
        "place": plain(issue.place) or _("no place given"),
        "stage": issue.stage,
        "people": people,
        "demands": demands,
    }


def _warning(number: int, warned: Warned, cite: Figures) -> str:
    figure = {"kind": "warning", "reference": str(warned.id)}
    told = {
        "n": number,
        "title": plain(warned.title),
        "place": plain(warned.place),
        "level": warned.level,
        "state": warned.state,
    }
    if not warned.came and warned.reading:
        reading = cite.cite(warned.reading, **figure, part="reading")
        return _("%(n)s. %(title)s (%(place)s; %(level)s): %(reading)s; %(state)s.") % {
            **told,
            "reading": reading,
        }
    counts = {
        "came": cite.cite(f"{warned.came:,}", **figure, part="came"),
        "usual": cite.cite(warned.usual, **figure, part="expected"),
    }
    return _(
        "%(n)s. %(title)s (%(place)s; %(level)s): %(came)s demands, where %(usual)s is ordinary; %(state)s."
    ) % {**told, **counts}


def _decisions(told: Told, cite: Figures) -> list[str]:
    said = [
        _("%(title)s: %(chosen)s. %(effect)s.")
        % {
            "title": plain(one.title),
            "chosen": plain(one.chosen),
            "effect": cite.cite(plain(one.effect), kind="question", reference=str(one.id)),
        }
        for one in told.decisions
    ]
    waiting = ngettext(
        "%(n)s question waits for a decision.", "%(n)s questions wait for a decision.", told.waiting
    ) % {"n": cite.cite(str(told.waiting), kind="questions", reference="waiting")}
    late = ngettext("%(n)s task is late.", "%(n)s tasks are late.", told.late_tasks) % {
        "n": cite.cite(str(told.late_tasks), kind="questions", reference="decided")
    }
    return [*said, waiting, late]


def _outcome(asked: Asked, cite: Figures) -> list[str]:
    if not asked.decided:
        return [_("Not decided yet.")]
    said = [_("Decided: %(option)s.") % {"option": plain(asked.decided)}, plain(asked.because)]
    if asked.effect:
        told = cite.cite(plain(asked.effect), kind="question", reference=str(asked.id))
        said.append(_("%(effect)s.") % {"effect": told})
    return said


def _about(synthetic: bool) -> str:
    said = _(
        "Each number leads to its definition and to the rows that it counts. Shares stand on complete days only."
    )
    return said + (_(" All data are synthetic.") if synthetic else "")


def _count(figure: Figure, cite: Figures) -> str:
    return cite.cite(f"{figure[DENOMINATOR]:,}", **{**figure, "part": DENOMINATOR})


def _value(figure: Figure, cite: Figures) -> str:
    if figure[RATE] is None:
        return "–"
    return cite.cite(value_of(figure), **{**figure, "part": RATE})


def value_of(figure: Figure) -> str:
    """A rate in the words of its scale."""
    rate, scale = figure[RATE], figure["scale"]
    if scale == "hours":
        return _("%(n)s hours") % {"n": f"{rate:.0f}"}
    if scale == "fen":
        return _("%(n)s yuan") % {"n": yuan(round(rate))}
    return f"{100 * rate:.1f}%"


def _day(day: date) -> str:
    return formats.date_format(day, _("j M Y"))
