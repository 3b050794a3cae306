"""The forms of subscriptions. They read and lay out; the actions decide."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.hooks.models import Delivery, Subscription
from tingsu.hooks.words import subscribable
from tingsu.kernel.fields import in_language
from tingsu.pages.fields import PlainField, TextField
from tingsu.people import queries as people


class SubscriptionForm(forms.Form):
    """Where another system hears of what."""

    name = TextField(label=_("Name of the subscription"), max_length=60)
    address = PlainField(
        label=_("Web address"),
        max_length=1300,
        help_text=_(
            "Begins with https:// and leads to a public address. It is kept sealed; a key may stand behind a question mark."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )
    things = forms.MultipleChoiceField(
        label=_("Everything that happens to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    single = forms.MultipleChoiceField(
        label=_("Single events"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Hold Ctrl or Cmd to choose several."),
    )
    unit_id = forms.TypedChoiceField(label=_("Only of this unit"), required=False, coerce=uuid.UUID, empty_value=None)
    product = TextField(
        label=_("Only about this product or service"),
        required=False,
        max_length=200,
        help_text=_("As it stands in the record of the complaint. Empty: all."),
    )
    personal = forms.BooleanField(
        label=_("With name, telephone and e-mail of the people in the complaint"),
        required=False,
        help_text=_("Only after the data-security officer has granted it. Otherwise codes, ids and numbers only."),
    )

    def __init__(self, *args: Any, subscription: Subscription | None = None, **kwargs: Any) -> None:
        if subscription is not None:
            kwargs["initial"] = {
                "name": subscription.name, "product": subscription.product, "unit_id": subscription.unit_id,
                "things": [one for one in subscription.kinds if one.endswith(".*")],
                "single": [one for one in subscription.kinds if not one.endswith(".*")],
                "personal": subscription.personal in {Subscription.Personal.ASKED, Subscription.Personal.GRANTED},
            }  # fmt: skip
        super().__init__(*args, auto_id="hook-%s", **kwargs)
        words = subscribable()
        things = {name: label for name, label in words.items() if name.endswith(".*")}
        self.fields["things"].choices = list(things.items())  # type: ignore[attr-defined]
        self.fields["single"].choices = [  # type: ignore[attr-defined]
            (label, [(one, f"{text} ({one})") for one, text in words.items() if one != thing and one.startswith(thing[:-1])])
            for thing, label in things.items()
        ]  # fmt: skip
        units = [(str(one.pk), in_language(one.name)) for one in people.units()]
        self.fields["unit_id"].choices = [("", _("All units")), *units]  # type: ignore[attr-defined]
        if subscription is not None:
            self.fields["address"].required = False
            self.fields["address"].help_text = _(
                "Empty: the present one stays. With another one personal data is asked for anew."
            )

    @property
    def kinds(self) -> list[str]:
        """What was chosen in both fields."""
        return [*self.cleaned_data["things"], *self.cleaned_data["single"]]

    places = {"kinds": "single"}


class AgainForm(forms.Form):
    """From when on events are sent again."""

    since = forms.DateTimeField(
        label=_("Since"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="again-%s", **kwargs)


class DecisionForm(forms.Form):
    """Whether personal data may go there, and why."""

    answer = forms.ChoiceField(
        label=_("Decision"), choices=(("granted", _("Granted")), ("refused", _("Refused"))), widget=forms.RadioSelect
    )
    reason = TextField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="decision-%s", **kwargs)


class LogForm(forms.Form):
    """What of the log is shown. An unknown value is refused."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Event"), required=False)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="log-%s", **kwargs)
        self.fields["state"].choices = [("", _("All")), *Delivery.State.choices]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All")), *((one, one) for one in kinds)]  # type: ignore[attr-defined]
