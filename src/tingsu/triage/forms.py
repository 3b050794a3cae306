"""The forms of event records. They read and lay out; the actions decide."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.triage.major_events import LIMITS
from tingsu.triage.models import MajorEvent, MajorEventEntry


class ShowsRefusals(forms.Form):
    """A form that puts a refusal of an action beside the field it speaks of, or on top."""

    def refuse(self, error: TingsuError) -> None:
        if not isinstance(error, InvalidInput):
            self.add_error(None, str(error))
            return
        for name, one in error.fields.items():
            self.add_error(name if name in self.fields else None, str(one))


class EventForm(ShowsRefusals):
    """A record that no complaint has named yet, or a drill."""

    kind = forms.ChoiceField(label=_("Kind of event"), choices=MajorEvent.Kind.choices)
    name = forms.CharField(label=_("Name of the event"), max_length=LIMITS["name"])
    story = forms.CharField(
        label=pgettext_lazy("event record", "What happened"),
        max_length=LIMITS["story"],
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class NoteForm(ShowsRefusals):
    """What happened, or how somebody reacted."""

    text = forms.CharField(
        label=_("Note or reaction"), max_length=LIMITS["text"], widget=forms.Textarea(attrs={"rows": 3})
    )


class StatementForm(ShowsRefusals):
    """What is to be said to whom and how; it goes out after its approval."""

    audience = forms.ChoiceField(label=_("Audience"), choices=MajorEventEntry.Audience.choices)
    means = forms.CharField(label=_("By what means"), max_length=LIMITS["means"])
    text = forms.CharField(label=_("Wording"), max_length=LIMITS["text"], widget=forms.Textarea(attrs={"rows": 4}))


class ClosingForm(ShowsRefusals):
    """What came of it."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=LIMITS["conclusion"], widget=forms.Textarea(attrs={"rows": 3})
    )
