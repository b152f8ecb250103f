"""What people may say about an issue."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MergeForm(forms.Form):
    into = forms.IntegerField(label=_("Number of the other issue"), min_value=1)
    because = forms.CharField(label=_("Reason"), max_length=500, required=False)


class SplitForm(forms.Form):
    demands = forms.TypedMultipleChoiceField(label=_("Demands"), coerce=int)
    because = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, data: object, members: list[int]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["demands"].choices = [(one, one) for one in members]  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    title = forms.CharField(label=_("What the issue is called"), max_length=255)
    owner = forms.ChoiceField(label=_("Unit that answers for it"), required=False)

    def __init__(self, data: object = None, *, units: list[tuple[str, str]], initial: object = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["owner"].choices = [("", _("none yet")), *units]  # type: ignore[attr-defined]
