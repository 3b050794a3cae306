"""The form of the connection to other systems. It reads and lays out; the action decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.inquiry.actions import LEAST_SECONDS, MOST_SECONDS
from tingsu.inquiry.models import Connection
from tingsu.pages.fields import TextField


class ConnectionForm(forms.Form):
    """Where the firm's systems answer, what we sign in with, how long a page waits."""

    address = TextField(
        label=_("Web address of the interface"),
        max_length=300,
        help_text=_(
            "Begins with https://, such as https://crm.example.com/tingsu. Names, numbers and orders leave for there."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=500,
        help_text=_("Kept sealed and never shown again. Empty: the present one stays."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    seconds = forms.IntegerField(
        label=_("Longest wait in seconds"),
        min_value=LEAST_SECONDS,
        max_value=MOST_SECONDS,
        initial=3,
        help_text=_("The page opens at once; only the part that waits fills in later."),
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, connection: Connection | None = None, **kwargs: Any) -> None:
        if connection is not None:
            names = ("address", "seconds", "active")
            kwargs["initial"] = {name: getattr(connection, name) for name in names}
        super().__init__(*args, auto_id="connection-%s", **kwargs)
