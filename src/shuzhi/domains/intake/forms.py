"""The questions of the report flow and of the call-taker's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.intake.services.columns import several

MOST_CHARACTERS = 10_000


def _area(rows: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attributes})


class WhatForm(forms.Form):
    """Screen 1."""

    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("Say it as you would to a neighbour: what, since when, what you would like."),
        max_length=MOST_CHARACTERS,
        widget=_area(7),
        error_messages={
            "required": _("Say in a sentence what happened"),
            "max_length": _("Shorten it to 10,000 characters; the rest can be added later"),
        },
    )


class WhereForm(forms.Form):
    """Screen 2. A place in words, a point, or both."""

    place = forms.CharField(
        label=_("Place"),
        help_text=_("Road, estate, house number or something nearby, e.g. “opposite Renmin Road 18”"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    view = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    same_as = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = self.cleaned_data
        if not given.get("place") and given.get("lat") is None and "place" not in self.errors:
            self.add_error("place", _("Write the place, or click on the map"))
        return given


class WhoForm(forms.Form):
    """Screen 3."""

    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("So that we can call you back. Only those who handle your report see it."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    anonymous = forms.BooleanField(required=False)
    secret = forms.BooleanField(required=False)


class CallForm(forms.Form):
    """What a call-taker writes down while the caller speaks, in the order of a conversation."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "tel", "accesskey": "1", "autofocus": True, "autocomplete": "off"}
        ),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"accesskey": "2"})
    )
    text = forms.CharField(
        label=_("What happened?"),
        max_length=MOST_CHARACTERS,
        widget=_area(6, accesskey="3"),
        error_messages={"required": _("Write in a sentence what the caller says")},
    )
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, widget=forms.TextInput(attrs={"accesskey": "4"})
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("as read from the words")), *KINDS.items()],
        widget=forms.Select(attrs={"accesskey": "5"}),
    )
    enterprise = forms.CharField(label=_("Enterprise it is about"), max_length=128, required=False)
    tags = forms.CharField(
        label=_("Tags"),
        help_text=_("A time, a season, a group of people; commas between several"),
        max_length=400,
        required=False,
    )
    anonymous = forms.BooleanField(label=_("The caller stays anonymous"), required=False)
    secret = forms.BooleanField(label=_("Keep the caller’s identity confidential"), required=False)
    same_as = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_tags(self) -> tuple[str, ...]:
        return several(self.cleaned_data["tags"])
