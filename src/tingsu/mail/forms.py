"""The form of a mailbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.letters.views import SECURITY
from tingsu.pages.fields import TextField

PORTS = frozenset({143, 993})
"""Beside these any port from 1024 on."""


class MailboxForm(forms.Form):
    """How a mailbox is reached and from which day on it is read."""

    name = TextField(label=_("What colleagues call it"), max_length=80)
    host = TextField(label=_("Server"), max_length=253, help_text=_("Such as imap.exmail.qq.com or imap.163.com."))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=_("Line"), choices=tuple(SECURITY.items()), initial="implicit")
    username = TextField(label=_("User name"), max_length=200)
    password = forms.CharField(
        label=_("Password"), required=False, max_length=200, strip=False,
        help_text=_("Many providers want an authorisation code made for programs instead of the password. Empty: it stays as it is."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    folder = TextField(label=_("Folder"), max_length=200, initial="INBOX")
    since = forms.DateField(
        label=_("Read mail from this day on"), help_text=_("Older mail stays where it is."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    stated_by = TextField(
        label=_("Name of the receiving server"), max_length=253, required=False,
        help_text=_(
            "As it stands first in the header Authentication-Results of a mail you received. Its verdicts on senders are shown; those "
            "of other servers are not believed. Empty: none is."
        ),
    )  # fmt: skip
    plus = forms.BooleanField(
        label=_("Its server takes addresses with a plus sign"), required=False,
        help_text=_("Letters then ask for answers to an address such as service+…@, and an answer finds its case whatever its subject says."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Read this mailbox"), required=False, initial=True)

    def __init__(self, *arguments: Any, fresh: bool = False, taken: frozenset[str] = frozenset(), **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.fresh, self.taken = fresh, taken

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in self.taken:
            raise forms.ValidationError(_("Another mailbox is called so already."))
        return name

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].lower()
        if not all(part and len(part) <= 63 for part in host.rstrip(".").split(".")) or any(
            not (sign.isalnum() or sign in ".-:") for sign in host
        ):
            raise forms.ValidationError(_("Enter the name of a server, without http:// and without a path."))
        return host

    def clean_port(self) -> int:
        port: int = self.cleaned_data["port"]
        if port < 1024 and port not in PORTS:
            raise forms.ValidationError(_("IMAP is at 993 or 143, or at a port from 1024 on."))
        return port

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("username", "password", "folder"):
            if any(sign in str(values.get(name, "")) for sign in "\r\n\x00"):
                self.add_error(name, _("Line breaks are not possible here."))
        if self.fresh and not values.get("password") and "password" not in self.errors:
            self.add_error("password", _("Enter the password or authorisation code."))
        return values
