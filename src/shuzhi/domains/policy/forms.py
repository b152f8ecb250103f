"""What officers may say about books and decisions."""

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = forms.DateInput(attrs={"type": "date"})


class ProposalForm(forms.Form):
    starts_on = forms.DateField(label=_("Decides from"), widget=DAY)
    because = forms.CharField(label=_("Why"), max_length=500)
    text = forms.CharField(
        label=_("Text of the book"),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )


class SettleForm(forms.Form):
    number = forms.IntegerField(min_value=1)
    verdict = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
    because = forms.CharField(label=_("Why"), max_length=500, required=False)


class ReturnForm(forms.Form):
    to = forms.IntegerField(label=_("Version that comes back"), min_value=1)
    starts_on = forms.DateField(label=_("Decides from"), widget=DAY)
    because = forms.CharField(label=_("Why"), max_length=500)


class BookForm(forms.Form):
    code = forms.SlugField(max_length=48)


class PauseForm(BookForm):
    paused = forms.BooleanField(required=False)
    because = forms.CharField(label=_("Why"), max_length=500, required=False)


class SignaturesForm(BookForm):
    two = forms.BooleanField(required=False)


class PaymentForm(BookForm):
    """again: look anew at a period that was paid."""

    again = forms.BooleanField(required=False)
    period = forms.RegexField(r"^(\d{4}(-(\d{2}|Q[1-4]))?|once)$", required=False)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("for", ""), ("against", "")])
    because = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
