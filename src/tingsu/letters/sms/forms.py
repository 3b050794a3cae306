"""The form of the account for text messages, and of the trial message."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.outgoing import NotReached, check_address
from tingsu.kernel.telephones import messaged
from tingsu.letters.models import SmsAccount
from tingsu.pages.fields import TextField


class SmsAccountForm(forms.Form):
    """By whom text messages leave."""

    provider = forms.ChoiceField(label=_("Provider"), choices=SmsAccount.Provider.choices)
    key_id = TextField(
        label=_("Key of the account"), max_length=100, help_text=_("AccessKey ID at Alibaba Cloud, SecretId at Tencent Cloud."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Secret of the key"), required=False, max_length=200, strip=True,
        help_text=_("AccessKey Secret or SecretKey, of a user who may do nothing but send text messages. Empty: it stays as it is."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    sign = TextField(
        label=_("Signature of messages"), max_length=40, help_text=_("As it was approved, without the brackets 【】 before the text."),
    )  # fmt: skip
    app_id = TextField(label=_("SdkAppId"), max_length=20, required=False, help_text=_("Tencent Cloud alone."))
    region = TextField(
        label=_("Region"), max_length=30, required=False, help_text=_("Tencent Cloud alone; empty: ap-guangzhou."),
    )  # fmt: skip
    address = TextField(
        label=_("Other address of the provider"), max_length=300, required=False,
        help_text=_("Empty: its official address. For a gateway of the firm's own that speaks the same."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Send text messages by this account"), required=False, initial=True)

    def __init__(self, *arguments: Any, fresh: bool = False, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.fresh = fresh

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"]
        if not typed:
            return ""
        try:
            return check_address(typed)
        except NotReached as error:
            raise forms.ValidationError(str(error)) from error

    def clean_sign(self) -> str:
        return str(self.cleaned_data["sign"]).strip("【】[] ")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("key_id", "secret", "app_id", "region"):
            typed = str(values.get(name, ""))
            if typed and not (typed.isascii() and typed.isprintable() and " " not in typed):
                self.add_error(name, _("Letters, digits and signs without blanks, as the provider shows it."))
        if self.fresh and not values.get("secret") and "secret" not in self.errors:
            self.add_error("secret", _("Enter the secret of the key."))
        if values.get("provider") == "tencent" and not values.get("app_id") and "app_id" not in self.errors:
            self.add_error("app_id", _("Tencent Cloud needs the SdkAppId of the application."))
        return values


class SmsTrialForm(forms.Form):
    """To which number the trial message goes, and by which approved text."""

    number = TextField(label=_("Send a trial message to"), max_length=40)
    kind = forms.ChoiceField(label=_("With the text of"), required=False)

    def __init__(self, *arguments: Any, kinds: list[tuple[str, Any]], **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        digits = messaged(self.cleaned_data["number"])
        if not digits:
            raise forms.ValidationError(_("Enter a mobile number that takes text messages."))
        return digits
