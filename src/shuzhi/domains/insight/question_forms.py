"""What people write on the decision desk."""

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.insight.services import Draft, Option

Choices = Sequence[tuple[str, str]]
_CENT = Decimal("0.01")
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _words(label: object, help_text: object = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class QuestionForm(forms.Form):
    title = forms.CharField(label=_("What is to be decided"), max_length=200)
    background = _words(
        _("What is at stake"), _("What happens now, to whom, and what happens if nothing is done.")
    )
    basis = _words(_("What it rests on"), _("The law, plan or rule, with its article."))
    risk = _words(_("What may go wrong"), _("And what keeps the damage small."))
    area = forms.ChoiceField(label=_("Area"), required=False)
    category = forms.ChoiceField(
        label=_("Category"),
        required=False,
        help_text=_("The effect of the decision is counted on the demands of this area and category."),
    )

    def __init__(
        self, data: object = None, *, areas: Choices, categories: Choices, initial: object = None
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["area"].choices = [("", _("the whole county")), *areas]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("every matter")), *categories]  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        return Draft(**self.cleaned_data)


class OptionForm(forms.Form):
    title = forms.CharField(label=_("The option in one sentence"), max_length=200)
    cost = forms.DecimalField(
        label=_("Cost in yuan"),
        help_text=_("In all, from public money; 0 when there is none."),
        min_value=0,
        max_digits=15,
        decimal_places=2,
    )
    benefit = _words(_("What it brings"), required=True)
    affected = _words(_("Who is affected"), _("Who gains, who loses, who must do something."), required=True)

    def option(self) -> Option:
        told = self.cleaned_data
        return Option(told["title"], int(told["cost"] / _CENT), told["benefit"], told["affected"])


class EvidenceForm(forms.Form):
    what = forms.ChoiceField(label=_("What speaks for or against it"))
    note = forms.CharField(label=_("What it shows"), max_length=500, required=False)

    def __init__(self, data: object = None, *, sources: Sequence[tuple[str, Choices]] = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["what"].choices = sources  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    option = forms.TypedChoiceField(label=_("The option"), coerce=int, widget=forms.RadioSelect)
    because = _words(_("Reason"), _("It stands in the record that the ledger seals."), required=True)
    starts_on = forms.DateField(label=_("Acts from"), required=False, widget=_DAY)

    def __init__(self, data: object = None, *, options: Choices = (), initial: object = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["option"].choices = options  # type: ignore[attr-defined]


class BecauseForm(forms.Form):
    because = forms.CharField(
        label=_("What is missing"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class TaskForm(forms.Form):
    unit = forms.ChoiceField(label=_("Unit"))
    title = forms.CharField(label=_("What it is to do"), max_length=200)
    due_on = forms.DateField(label=_("By"), widget=_DAY)

    def __init__(self, data: object = None, *, units: Choices = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]


class NumberForm(forms.Form):
    """Which of several: an option or a piece of evidence."""

    number = forms.IntegerField(min_value=1)


class DoneForm(forms.Form):
    told = forms.CharField(label=_("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
