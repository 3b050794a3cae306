"""Contacts that are no complaints (IN-24, CA-62): consultation, feedback, praise; each can become a complaint or a report."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints import lists, terms
from tingsu.complaints.fields.people import GROUPS
from tingsu.intake import (
    batches,  # noqa: F401
    channels,  # noqa: F401 declares registers of its own
    conversion,
    products,  # noqa: F401 declares a register of its own
    special_groups,
)
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare

WORKERS = (OWNER, *LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH)
KINDS = (
    ("consultation", _("Consultation")),
    ("feedback", pgettext_lazy("contact", "Feedback")),
    ("praise", _("Praise")),
    ("suggestion", pgettext_lazy("contact", "Suggestion")),
    ("missed", _("Missed contact, to be called back")),
    ("callback", _("Call by appointment")),
)

MISSED = (
    ("them", pgettext_lazy("appointment", "Nobody answered")),
    (conversion.US, _("We did not call in the hour agreed")),
)
CALLED = ("kind", "callback")

declare(
    Register(
        name="contact",
        one=pgettext_lazy("record", "Contact"),
        many=pgettext_lazy("record", "Contacts"),
        hint=_(
            "Whoever asks, praises or suggests without complaining: what was said and answered. "
            "A contact that turns out to be a complaint becomes one and keeps the time it reached us."
        ),
        prefix="LX",
        icon="message-circle",
        group="intake",
        order=35,
        title="words",
        readers=tuple(CENTRE_ROLES),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
        fields=(
            Field(name="kind", label=pgettext_lazy("contact", "Kind"), kind="choice", options=KINDS),
            Field(name="mode", label=pgettext_lazy("contact", "Channel"), kind="choice", options=tuple(terms.Mode.choices)),
            Field(name="received_at", label=_("Received at"), kind="datetime", past=True),
            Field(name="words", label=_("What they said"), kind="longtext", limit=4000),
            Field(name="product", label=_("Product or service"), limit=80),
            Field(name="caller_name", label=_("Full name"), limit=60),
            Field(name="caller_phone", label=_("Telephone"), limit=30),
            Field(name="group", label=_("Special group"), kind="choice", options=GROUPS),
            Field(name="call_from", label=_("Call from"), kind="datetime", when=CALLED, required=True),
            Field(name="call_until", label=_("Call until"), kind="datetime", when=CALLED, required=True, future=True),
            Field(name="new_from", label=_("Call from"), kind="datetime"),
            Field(name="new_until", label=_("Call until"), kind="datetime", future=True),
            Field(name="missed_by", label=_("Why there was no call"), kind="choice", options=MISSED),
            Field(name="answer", label=pgettext_lazy("contact", "Our answer"), kind="longtext", limit=4000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
            Field(name="becomes", label=_("Becomes"), kind="choice", options=tuple(terms.Kind.choices)),
            Field(name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types),
            Field(name="confirmed", label=_("Record read back and confirmed"), kind="bool"),
        ),
        form=("kind*", "mode*", "received_at*", "words*", "product", "caller_name", "caller_phone", "group", "call_from", "call_until",
              "answer"),
        passing=("reason", "missed_by", "new_from", "new_until", "becomes", "problem_type", "confirmed"),
        columns=("kind", "group", "received_at", "call_from"),
        filters=("kind", "group", "mode"),
        personal={"caller_name": "contact.name", "caller_phone": "contact.phone"},
        states=(
            State("open", _("Waits for an answer"), "soon"),
            State("answered", pgettext_lazy("contact", "Answered"), "done", open=False),
            State("converted", _("Became a complaint"), open=False),
        ),
        opening={"may_start": ("contact_answer", "contact_callback"), "guards": (conversion.call_in_order,)},
        on_open=conversion.opened,
        steps=(
            Do(
                name="answer", label=pgettext_lazy("contact", "Answer"), event="answered", did=_("gave the answer"),
                sources=("open",), target="answered", who=WORKERS, asks=("answer*",), stops=("contact_answer", "contact_callback"),
                tone="done", icon="check", clause="ISC 8.2.1",
            ),
            Do(
                name="convert", label=_("Register as a complaint"), event="converted", did=_("registered it as a complaint"),
                sources=("open", "answered"), target="converted", who=WORKERS, main=False, icon="arrow-up-right",
                asks=("becomes*", "problem_type*", "confirmed", "reason*"), before=conversion.register,
                effect=conversion.converted, may_stop=("contact_answer", "contact_callback"), clause="ISC 8.2.1; ISC 8.3.2",
            ),
            Do(
                name="reclassify", label=_("Change the kind"), event="reclassified", did=_("changed the kind"), main=False,
                sources=("open", "answered"), who=WORKERS, asks=("kind*", "reason*"), icon="edit", clause="ISC 8.2.1",
            ),
            Do(
                name="agree_call", label=_("Agree another time for the call"), event="call_agreed", did=_("agreed another time for the call"),
                main=False, sources=("open",), who=WORKERS, asks=("new_from*", "new_until*", "reason*"), icon="phone",
                guards=(conversion.call_in_order,), effect=conversion.agree_anew, may_start=("contact_callback",),
                may_stop=("contact_answer", "contact_callback"), clause="ISC 7.1.2.3",
            ),
            Do(
                name="miss_call", label=_("The call did not come about"), event="call_missed", did=_("noted that the call did not come about"),
                main=False, sources=("open",), who=WORKERS, asks=("missed_by*", "reason*"), icon="phone",
                guards=(conversion.call_time_came,), effect=conversion.call_missed, tells=(OWNER,), may_start=("contact_answer",),
                may_stop=("contact_answer", "contact_callback"), clause="ISC 7.1.2.3",
            ),
        ),
        timers=(
            TimerKind(
                name="contact_answer", of="contact", label=_("Answer to a contact"), starts=_("contact received"),
                stops=_("answered, or registered as a complaint"), source="ISC 8.2.1",
                limits=(Limit(amount=2, unit=Unit.WORKING_DAY, basis="ISC 8.2.1", ours=True),),
            ),
            TimerKind(
                name="contact_callback", of="contact", label=_("Call by appointment"), starts=_("time agreed"),
                stops=_("answered, or registered as a complaint"), source="ISC 7.1.2.3", dated=True,
            ),
        ),
        list_template="intake/calls.html",
        list_context=special_groups.calls_of_the_day,
    )
)  # fmt: skip
