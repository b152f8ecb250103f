"""What people type at the log-in and in the administrators' pages."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuzhi.spine import access, accounts

_CODE_ATTRS = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
# Dates beyond these cannot be meant, and time zones overflow at the very ends of the calendar.
_SENSIBLE_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


def role_choices() -> list[tuple[str, str]]:
    """Roles that a person may hold; administrators last."""
    ordered = sorted(accounts.grantable_roles(), key=lambda role: role in access.ADMINISTRATORS)
    return [(role, accounts.role_label(role)) for role in ordered]


class LogInForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        error_messages={"required": _("Write your user name")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        error_messages={"required": _("Write your password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondFactorForm(forms.Form):
    code = forms.CharField(
        label=_("Log-in code"),
        max_length=20,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes"),
        error_messages={"required": _("Write the code")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class EnrolForm(forms.Form):
    code = forms.CharField(
        label=_("Code that the app shows now"),
        max_length=20,
        help_text=_("Six digits; they change every 30 seconds"),
        error_messages={"required": _("Write the code that the app shows")},
        widget=forms.TextInput(attrs=_CODE_ATTRS),
    )


class PasswordForm(forms.Form):
    present = forms.CharField(
        label=_("Present password"),
        max_length=256,
        strip=False,
        error_messages={"required": _("Write the password that you use now")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        help_text=_(
            "At least 10 characters with three of: small letters, capital letters, digits, other characters."
            " Not your name, not a common word, none of your last five."
        ),
        error_messages={"required": _("Write a new password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=256,
        strip=False,
        error_messages={"required": _("Write the new password once more")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords differ"))
        return data


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64)
    unit = forms.CharField(label=_("Unit code"), max_length=32, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)


class NewAccountForm(AccountForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("2 to 64 letters, digits or . @ - _; it cannot be changed later"),
    )
    field_order = ("username", "name", "unit", "phone")


class ReasonForm(forms.Form):
    because = forms.CharField(
        label=_("Reason"), max_length=200, error_messages={"required": _("Write the reason")}
    )


class GrantForm(ReasonForm):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    unit = forms.CharField(
        label=_("Unit code"), max_length=32, required=False, help_text=_("Empty: for every unit")
    )
    area = forms.CharField(
        label=_("Area code"),
        max_length=12,
        required=False,
        help_text=_("Empty: everywhere; else the area and all below it"),
    )
    field_order = ("role", "unit", "area", "because")


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Which system uses it"), max_length=128)
    scopes = forms.CharField(
        label=_("What it may do"),
        max_length=1000,
        initial="application",
        help_text=_(
            "Roles, separated by spaces; each may name a place: unit_officer@unit:U07, dispatcher@area:990102000000"
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    expires_on = forms.DateField(
        label=_("Valid until the end of"),
        required=False,
        validators=_SENSIBLE_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class AccountFilter(forms.Form):
    search = forms.CharField(label=_("Name, user name or unit"), max_length=64, required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=lambda: [("", _("Every role")), *role_choices()]
    )
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)


class TrailFilter(forms.Form):
    who = forms.CharField(label=_("Who, e.g. staff:17"), max_length=96, required=False)
    action = forms.CharField(label=_("Action"), max_length=48, required=False)
    subject = forms.CharField(label=_("Concerning"), max_length=128, required=False)
    since = forms.DateField(
        label=_("From this day"),
        required=False,
        validators=_SENSIBLE_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("To this day"),
        required=False,
        validators=_SENSIBLE_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=24,
        help_text=_("We send a code to it; you need no password"),
        error_messages={"required": _("Write your mobile number")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class PhoneCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the message"),
        max_length=12,
        help_text=_("Six digits, good for five minutes"),
        error_messages={"required": _("Write the code from the message")},
        widget=forms.TextInput(attrs=_CODE_ATTRS),
    )


def presets(card: accounts.AccountCard) -> dict[str, str]:
    """What the account form shows before anything is changed."""
    return {"name": card.name, "unit": card.unit, "phone": card.phone}


def end_of_day(form: KeyForm) -> datetime | None:
    """The last moment of the chosen day in the county's time zone, aware; None when no day was chosen."""
    chosen = form.cleaned_data["expires_on"]
    return timezone.make_aware(datetime.combine(chosen, time.max)) if chosen else None
