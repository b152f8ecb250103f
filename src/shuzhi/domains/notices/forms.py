"""What administrators type about webhooks."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Receiver address"),
        max_length=500,
        help_text=_("Begins with https:// and belongs to the receiving system"),
        error_messages={"required": _("Write the address of the receiver")},
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    events = forms.CharField(
        label=_("Events"),
        max_length=1000,
        initial="WorkOrderMoved",
        help_text=_("Names of events, separated by spaces, or * for all"),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
