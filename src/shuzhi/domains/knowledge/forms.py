"""What people write into the knowledge base."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.knowledge.services import LABELS
from shuzhi.domains.registry import services as registry

_MOST_BYTES = 5 << 20


def _date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ArticleForm(forms.Form):
    """One version of an article. Lengths and codes are checked by the service."""

    title = forms.CharField(label=LABELS["title"], max_length=120)
    title_en = forms.CharField(label=LABELS["title_en"], max_length=160, required=False)
    question = forms.CharField(
        label=LABELS["question"],
        help_text=_("In the words that people use: articles are found by them."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    answer = forms.CharField(
        label=LABELS["answer"], max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )
    basis = forms.CharField(
        label=LABELS["basis"], help_text=_("Law, article, document number."), max_length=500, required=False
    )
    category = forms.ChoiceField(label=LABELS["category"])
    area = forms.ChoiceField(label=LABELS["area"], required=False)
    unit = forms.ChoiceField(label=LABELS["unit"])
    valid_from = forms.DateField(label=LABELS["valid_from"], widget=_date_input())
    valid_to = forms.DateField(label=LABELS["valid_to"], widget=_date_input(), required=False)
    review_on = forms.DateField(
        label=LABELS["review_on"],
        help_text=_("On this day somebody looks whether it is still right."),
        widget=_date_input(),
    )
    because = forms.CharField(label=_("What changes, and why"), max_length=500, required=False)

    def __init__(self, data: QueryDict | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._choose(
            "category",
            [
                _TO_CHOOSE,
                *((one.code, " › ".join(one.path_label)) for one in registry.categories() if one.level > 1),
            ],
        )
        areas = [(one.code, one.label) for one in registry.areas() if one.level in _AREAS]
        self._choose("area", [("", _("The whole city")), *areas])
        self._choose("unit", [_TO_CHOOSE, *((one.code, one.label) for one in registry.units())])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


# Whoever forgets to choose is told so; the first of a list would be taken for a choice.
_TO_CHOOSE = ("", _("choose"))
_AREAS = frozenset({"county", "town", "subdistrict"})


class ReviewForm(forms.Form):
    """What the second person says."""

    because = forms.CharField(
        label=LABELS["because"],
        help_text=_("Needed when you decline."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ImportForm(forms.Form):
    """A table of articles."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or JSON Lines; the guide names the columns."),
        error_messages={"required": _("Choose a file")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise forms.ValidationError(_("It is larger than 5 MB. Split it into several files."))
        return file
