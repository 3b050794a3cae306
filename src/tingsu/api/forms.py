"""The form of a program's access. It reads and lays out; the action decides."""

import uuid
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fields import in_language
from tingsu.pages.fields import TextField
from tingsu.people import queries as people
from tingsu.people.access import DECIDE
from tingsu.people.roles import Role

SCOPES = (
    ("complaints:read", _("Read complaints")),
    ("complaints:write", _("Register complaints and take steps")),
    ("registers:read", _("Read registers")),
    ("registers:write", _("Write in registers")),
    (DECIDE, _("Decide too: right or wrong, money, lower grades, closing (a second person has to approve)")),
)


class TokenForm(forms.Form):
    """What a token is for, what it opens, and who answers for it."""

    name = TextField(label=_("Purpose of the token"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=SCOPES, required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=_("Takes steps as"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    acts_for = forms.TypedChoiceField(
        label=_("Answers for it"),
        coerce=uuid.UUID,
        help_text=_(
            "The token never does more than this person may do at that moment. Somebody else has to agree first."
        ),
    )
    expires_at = forms.DateField(
        label=_("Good until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: 90 days. A year at most."),
    )

    def clean_expires_at(self) -> datetime | None:
        """The end of the last day, on the organisation's wall clock."""
        last = self.cleaned_data["expires_at"]
        if last is None:
            return None
        ends = datetime.combine(last, time.max, timezone.get_current_timezone())
        if ends <= now():
            raise forms.ValidationError(InvalidValue.SENTENCES["in_past"] % {"value": last})
        return ends

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="token-%s", **kwargs)
        offered = [(str(one.pk), f"{in_language(one.alias)} · {one.staff_number}") for one in people.active_members()]
        self.fields["acts_for"].choices = offered  # type: ignore[attr-defined]
