"""The forms of partners' accounts and of what a partner hands over. They read and lay out; the actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework.partners import choices
from tingsu.complaints.lists import problem_types
from tingsu.pages.fields import CodeField, EmailField, TextField
from tingsu.people.settings_forms import offer

DAY = forms.DateInput(attrs={"type": "date"})


class CommitmentForm(forms.Form):
    """What binds a partner's person, and for how long."""

    contract = TextField(
        label=_("Contract and commitment"),
        max_length=200,
        help_text=_("Number of the contract, and where the signed commitment to secrecy and to our values is kept."),
    )
    bound_on = forms.DateField(label=_("Signed on"), widget=DAY)
    bound_until = forms.DateField(
        label=_("Holds until"), widget=DAY, help_text=_("The last day. After it the account opens nothing.")
    )


class PartnerAccountForm(CommitmentForm):
    """One person of a partner, and by what they sign in."""

    code = forms.ChoiceField(label=_("Partner"), help_text=_("From the partner register."))
    name = TextField(label=_("Full name"), max_length=60, help_text=_("Stored encrypted; stands on no case."))
    username = CodeField(label=_("Sign-in name"), max_length=60, help_text=_("Small letters, digits, hyphens."))
    email = EmailField(
        label=_("Work e-mail"), required=False, help_text=_("Letters about questions go there; they name nobody.")
    )
    field_order = ["code", "name", "username", "email", "contract", "bound_on", "bound_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "code", [("", "—"), *((code, str(words)) for code, words in choices(None))])


class HandOverForm(forms.Form):
    """What a customer told a partner about us."""

    description = TextField(
        label=pgettext_lazy("partner", "What happened"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In the customer's words, and what the customer asks for."),
    )  # fmt: skip
    problem_type = forms.ChoiceField(label=pgettext_lazy("partner", "What it is about"))
    reference = TextField(label=_("Your own number for it"), max_length=60, required=False)
    order_number = TextField(label=_("Order number"), max_length=60, required=False)
    product = TextField(label=pgettext_lazy("partner", "Product"), max_length=120, required=False)
    name = TextField(
        label=_("Name of the customer"),
        max_length=80,
        required=False,
        help_text=_("So that we can answer. Leave it out if the customer wants that."),
    )
    phone = TextField(label=_("Telephone of the customer"), max_length=40, required=False)
    email = EmailField(label=_("E-mail of the customer"), required=False)
    told = forms.BooleanField(label=_("The customer knows that this is passed on to us"), required=False)

    places = {"outside_reference": "reference"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "problem_type", [("", "—"), *((str(code), str(words)) for code, words in problem_types(None))])


class ProgramForm(forms.Form):
    """A program of the partner's own, and for how long it may ask."""

    program = TextField(
        label=pgettext_lazy("partner", "Name of the program"), max_length=60,
        help_text=pgettext_lazy("partner", "What it is and where it runs, such as “Order system, head office”."),
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=pgettext_lazy("partner", "Valid for"),
        coerce=int,
        choices=[
            (30, pgettext_lazy("partner", "30 days")),
            (90, pgettext_lazy("partner", "90 days")),
            (180, pgettext_lazy("partner", "180 days")),
        ],
    )
