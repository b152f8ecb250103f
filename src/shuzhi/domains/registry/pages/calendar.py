"""The working calendar: a year at a glance, a day to edit."""

from calendar import Calendar
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from shuzhi.domains.registry import services
from shuzhi.domains.registry.cards import CalendarDayCard
from shuzhi.domains.registry.forms import DayForm, HoursForm
from shuzhi.domains.registry.pages.reading import actor_of, for_staff, words_of
from shuzhi.spine import access, clock

_WEEKDAYS = (
    pgettext_lazy("weekday in two letters", "Mo"),
    pgettext_lazy("weekday in two letters", "Tu"),
    pgettext_lazy("weekday in two letters", "We"),
    pgettext_lazy("weekday in two letters", "Th"),
    pgettext_lazy("weekday in two letters", "Fr"),
    pgettext_lazy("weekday in two letters", "Sa"),
    pgettext_lazy("weekday in two letters", "Su"),
)

Week = list[CalendarDayCard | None]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def calendar(request: HttpRequest) -> HttpResponse:
    """GET shows a year and, for stewards, a form for one of its days; POST saves that day."""
    if request.method == "POST":
        form = DayForm(request.POST)
        if form.is_valid():
            card = services.set_day(**form.cleaned_data, by=actor_of(request))
            messages.success(
                request, _("%(day)s is saved. Deadlines that cross it have moved.") % {"day": card.day}
            )
            return _to_year(card.day.year)
        return _show(request, clock.today().year, form, HoursForm(), status=422)
    return _show(request, _year(words_of(request, "year")), DayForm(initial=_initial(request)), HoursForm())


@require_POST
@for_staff
def change_hours(request: HttpRequest) -> HttpResponse:
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _show(request, clock.today().year, DayForm(), form, status=422)
    day = form.cleaned_data["from_date"]
    services.set_hours(form.cleaned_data["hours"], from_date=day, by=actor_of(request))
    messages.success(request, _("The office hours from %(day)s are saved.") % {"day": day})
    return _to_year(day.year)


def _to_year(year: int) -> HttpResponse:
    return redirect(f"{reverse('registry:calendar')}?year={year}")


def _show(
    request: HttpRequest, year: int, day_form: DayForm, hours_form: HoursForm, *, status: int = 200
) -> HttpResponse:
    days = services.calendar_days(year)
    context = {
        "year": year,
        "before": max(year - 1, services.FIRST_YEAR),
        "after": min(year + 1, services.LAST_YEAR),
        "covered": services.working_calendar().covers(year),
        "months": _months(year, days),
        "weekdays": list(zip(WEEKDAYS.values(), _WEEKDAYS, strict=True)),
        "marked": [card for card in days if card.kind],
        "working_days": sum(card.working for card in days),
        "day_form": day_form,
        "hours_form": hours_form,
        "form": hours_form if hours_form.errors else day_form,
        "may_edit": access.allows(actor_of(request), "registry.edit"),
        "today": clock.today(),
    }
    return render(request, "registry/calendar.html", context, status=status)


def _months(year: int, days: list[CalendarDayCard]) -> list[tuple[str, list[Week]]]:
    cards = {card.day: card for card in days}
    weeks = Calendar().monthdatescalendar
    return [
        (
            str(MONTHS[month]),
            [[cards[day] if day.month == month else None for day in week] for week in weeks(year, month)],
        )
        for month in range(1, 13)
    ]


def _initial(request: HttpRequest) -> dict[str, object]:
    """The form of the day that the address names, filled with what the calendar says of it now."""
    try:
        day = date.fromisoformat(words_of(request, "day"))
    except ValueError:
        return {}
    if not services.FIRST_YEAR <= day.year <= services.LAST_YEAR:
        return {}
    card = services.calendar_days(day.year)[day.timetuple().tm_yday - 1]
    special = card.hours if card.kind == "special_hours" else ""
    return {"day": day, "working": "yes" if card.working else "no", "hours": special, "note": card.note}


def _year(text: str) -> int:
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else clock.today().year
    return min(max(year, services.FIRST_YEAR), services.LAST_YEAR)
