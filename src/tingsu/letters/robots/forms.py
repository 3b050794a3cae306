"""The form of a robot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.outgoing import NotReached
from tingsu.letters.models import Robot
from tingsu.letters.robots.speaking import NotSaid, checked
from tingsu.pages.fields import TextField


class RobotForm(forms.Form):
    """Where a robot is, and what it repeats into its group."""

    name = TextField(label=_("What colleagues call the group"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind of robot"), choices=Robot.Kind.choices)
    address = forms.CharField(
        label=_("Address of the robot"), required=False, max_length=300, strip=True,
        help_text=_("As the group shows it for the robot (webhook). It is not shown again. Empty: it stays as it is."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Secret for signing"), required=False, max_length=200, strip=True,
        help_text=_("DingTalk and Feishu, where signing is chosen as the protection. Empty: it stays as it is."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    tells = forms.MultipleChoiceField(label=_("What it tells"), widget=forms.CheckboxSelectMultiple)
    active = forms.BooleanField(label=_("Let it speak"), required=False, initial=True)

    def __init__(
        self, *arguments: Any, kinds: list[tuple[str, Any]], fresh: bool, taken: frozenset[str], **given: Any
    ) -> None:
        super().__init__(*arguments, **given)
        self.fields["tells"].choices = kinds  # type: ignore[attr-defined]
        self.fresh, self.taken = fresh, taken

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in self.taken:
            raise forms.ValidationError(_("Another robot is called so already."))
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("address") and values.get("kind"):
            try:
                values["address"] = checked(values["kind"], values["address"])
            except (NotReached, NotSaid) as refusal:
                self.add_error("address", str(refusal))
        elif self.fresh and "address" not in self.errors:
            self.add_error("address", _("Enter the address of the robot."))
        return values
