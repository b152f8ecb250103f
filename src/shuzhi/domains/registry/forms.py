"""What the steward types."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.registry import services
from shuzhi.domains.registry.services.calendar import parse_hours

_HOURS_HINT = _("For example 09:00-12:00,13:30-17:30; the gap is lunch.")


def _date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _hours(text: str) -> str:
    try:
        parse_hours(text)
    except ValueError:
        raise forms.ValidationError(
            _("Write hours as 09:00-12:00,13:30-17:30, in order of the day.")
        ) from None
    return text


class DayForm(forms.Form):
    """One day of the working calendar."""

    day = forms.DateField(label=_("Day"), widget=_date_input())
    working = forms.TypedChoiceField(
        label=_("Is it worked?"),
        choices=[("yes", _("Working day")), ("no", _("Day off"))],
        coerce=lambda text: text == "yes",
    )
    hours = forms.CharField(
        label=_("Hours of this day only"), help_text=_HOURS_HINT, required=False, max_length=64
    )
    note = forms.CharField(label=_("Occasion"), required=False, max_length=128)

    def clean_hours(self) -> str:
        return _hours(self.cleaned_data["hours"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("hours") and data.get("working") is False:
            self.add_error("hours", _("A day off has no hours. Leave them empty or choose a working day."))
        return data


class CatalogueForm(forms.Form):
    """A new version of a row of the dispatch catalogue."""

    category = forms.CharField(label=_("Category (code)"), max_length=12)
    area = forms.CharField(label=_("Area (code)"), max_length=20)
    unit = forms.ChoiceField(label=_("Unit"))
    from_date = forms.DateField(label=_("In force from"), widget=_date_input())
    because = forms.CharField(
        label=_("Basis"), help_text=_("For example the number of the ruling."), max_length=500
    )

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="change_%s", **kwargs)
        units = [(card.code, card.label) for card in services.units()]
        cast(forms.ChoiceField, self.fields["unit"]).choices = units


class HoursForm(forms.Form):
    """The office hours from a day on. Its ids differ from the day's form, which stands on the same page."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="office_%s")

    from_date = forms.DateField(label=_("In force from"), widget=_date_input())
    hours = forms.CharField(label=_("Office hours"), help_text=_HOURS_HINT, max_length=64)

    def clean_hours(self) -> str:
        return _hours(self.cleaned_data["hours"])
