"""The form of a program's access. It reads and lays out; the action decides."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.roles import Role

SCOPES = (
    ("complaints:read", _("Read complaints")),
    ("complaints:write", _("Register complaints and take steps")),
)


class TokenForm(forms.Form):
    """What a token is for, what it opens, and who answers for it."""

    name = forms.CharField(label=_("Purpose of the token"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=SCOPES, required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=_("Takes steps as"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    acts_for = forms.TypedChoiceField(label=_("Answers for it"), coerce=uuid.UUID)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="token-%s", **kwargs)
        offered = [(str(one.pk), f"{in_language(one.alias)} · {one.staff_number}") for one in people.active_members()]
        self.fields["acts_for"].choices = offered  # type: ignore[attr-defined]
