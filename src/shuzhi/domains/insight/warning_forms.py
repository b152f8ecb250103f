"""What people may say about a warning and about a checklist."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.insight.warning_words import OUTCOMES


class NoteForm(forms.Form):
    because = forms.CharField(label=_("Note"), max_length=500, required=False)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    because = forms.CharField(label=_("What it was"), max_length=500)


class ChecklistForm(forms.Form):
    steps = forms.CharField(
        label=_("Steps"),
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=9000,
    )
    categories = forms.CharField(
        label=_("Categories"),
        help_text=_("Codes, separated by spaces; each with everything below it."),
        max_length=500,
        required=False,
    )
    from_date = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    because = forms.CharField(label=_("Reason"), max_length=500)

    def told(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        return given | {
            "steps": given["steps"].splitlines(),
            "categories": given["categories"].replace(",", " ").replace("，", " ").split(),
        }
