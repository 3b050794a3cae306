"""What every form of the installation asks of people, held against the privacy table at start (PS-05).

Whoever adds a field about a person to a form of staff, to a step or to a register has to say here, in the catalogue of a complaint's
fields or in the register, which row of the privacy table it is; else the addresses do not load and nothing starts.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.fields import CATALOGUE
from tingsu.complaints.process import PROCESS
from tingsu.privacy.asked import refuse_unexplained
from tingsu.process.steps import Field
from tingsu.registers.declaration import registers

_IDENTITY = {"name": "member.name", "alias_zh": "member.alias", "alias_en": "member.alias"}
_SIGNING_IN = {"username": "member.username", "email": "member.email"}
FORMS: dict[str, dict[str, str]] = {
    "MemberForm": _IDENTITY,
    "SignInForm": _SIGNING_IN,
    "AdministratorForm": _IDENTITY | _SIGNING_IN,
    "TrialForm": {"address": "member.email"},
    "PartnerAccountForm": {"name": "partner.name", "username": "partner.username", "email": "partner.email"},
    "HandOverForm": {"name": "complainant.name", "phone": "complainant.phone", "email": "complainant.email"},
    "InterestForm": {"name": "member.interest"},
}
"""Form → field → its row of the privacy table; a form has what those have that it is made from."""
NEEDED = {
    "name": _("An account is a person's, and approvals are signed with it"),
    "alias_zh": _("Complainants are told whom they talk to, and never the name"),
    "alias_en": _("Complainants are told whom they talk to, and never the name"),
    "username": _("Nobody signs in without it"),
}
"""What a member must tell, and why."""
FORMS_OF_THINGS: dict[str, frozenset[str]] = {
    "TokenForm": frozenset({"name"}),
    "UnitForm": frozenset({"name_zh", "name_en"}),
    "FirmForm": frozenset({"name_zh", "name_en"}),
    "MailboxForm": frozenset({"name", "host", "username", "password"}),
    "RobotForm": frozenset({"name", "address", "secret"}),
    "PostingForm": frozenset({"tracking", "posted_on"}),
    "SmsTrialForm": frozenset({"number"}),
    "SmsAccountForm": frozenset({"key_id", "secret", "sign", "app_id", "region", "address"}),
    "ContactForm": frozenset({"email", "address_zh", "address_en"}),
    "ConnectionForm": frozenset({"address"}),
    "SubscriptionForm": frozenset({"name", "address", "product"}),
}
"""What a program or a unit is called, how the firm itself is reached, and where its own systems answer."""
STEPS: dict[str, str] = {"payee": "payment.payee", "account": "payment.account"}
"""Field of a step of the case → its row of the privacy table, beside the fields of the complaint."""
STEPS_OF_THINGS = frozenset({"event_name", "transfer_name", "transfer_contact"})
"""What an event is called; the authority or firm that a complaint is passed on to."""
REGISTERS_OF_THINGS: dict[str, frozenset[str]] = {
    "major_event": frozenset({"name"}),
    "publication": frozenset({"address"}),
    "incoming_mail": frozenset({"mailbox"}),
    "site": frozenset({"words_zh", "words_en"}),
}
"""What an event is called; where something was published."""
_WRITTEN = frozenset({"text", "longtext", "date", "hour"})
"""Kinds in which somebody can write who a person is; the others choose among codes, colleagues, numbers."""


def refuse_unexplained_fields() -> None:
    """Hold every form, step and register that is loaded against the table. Raises NoPurpose."""
    for form in _forms(forms.BaseForm):
        named = [one.__name__ for one in form.__mro__]
        refuse_unexplained(
            f"the form {form.__name__}",
            [(name, bool(field.required)) for name, field in form.base_fields.items()],
            explained={name: place for one in named for name, place in FORMS.get(one, {}).items()},
            of_things={name for one in named for name in FORMS_OF_THINGS.get(one, ())},
            needed=NEEDED,
        )
    catalogue = {one.name for one in CATALOGUE}
    for step in PROCESS.values():
        refuse_unexplained(
            f"the step {step.name}", _written(step.fields), explained=STEPS, of_things=catalogue | STEPS_OF_THINGS
        )
    for name, register in registers().items():
        # What must be told of a person is required by a step of its own, not by the form that opens the entry.
        refuse_unexplained(
            f"the register {name}",
            [(one, False) for one, _required in _written(register.fields)],
            explained=register.personal,
            of_things=REGISTERS_OF_THINGS.get(name, frozenset()),
        )


def _forms(base: type[forms.BaseForm]) -> Iterator[Any]:
    for one in base.__subclasses__():
        if one.__module__.startswith("tingsu."):
            yield one
        yield from _forms(one)


def _written(fields: Iterable[Field]) -> Iterator[tuple[str, bool]]:
    for one in fields:
        if one.kind in _WRITTEN:
            yield one.name, one.required
        yield from _written(one.rows)
