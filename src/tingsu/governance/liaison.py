"""The external liaison log of the management representative (CO-10): with which body, about what, what was agreed, what follows."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import members

NAME = "liaison"
BODIES = (
    ("authority", _("Regulator or authority")), ("council", _("Consumer council or association")), ("platform", _("Complaint platform")),
    ("media", pgettext_lazy("liaison", "Media")), ("partner", _("Partner or supplier")), ("body", _("Mediation or arbitration body")),
    ("other", pgettext_lazy("liaison", "Other")),
)  # fmt: skip
KEEPERS = (Role.MGMT_REP, Role.SUPERVISOR, Role.TOP_MGMT, Role.FUNCTION)


def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """What was agreed without anything left to do is finished at once; otherwise the next step is owed by a day. Raises InvalidInput."""
    if bool(values["follow_up"]) != bool(values["follow_on"]):
        missing = "follow_on" if values["follow_up"] else "follow_up"
        sentence = _("What follows, and until when: say both, or neither.")
        raise InvalidInput({missing: InvalidValue(sentence, code="required")})
    if not values["follow_up"]:
        entry.move_to("settled")


declare(
    Register(
        name=NAME,
        one=_("Liaison record"),
        many=_("External liaison"),
        hint=_("What was spoken and agreed with bodies outside, about which complaints, and what is still owed to them."),
        prefix="LL",
        icon="phone",
        chapter="leadership",
        order=26,
        title="subject",
        readers=(*LEADERS, Role.QA, Role.AUDITOR),
        openers=KEEPERS,
        fields=(
            Field(name="body_kind", label=_("Kind of body"), kind="choice", options=BODIES),
            Field(name="body", label=pgettext_lazy("liaison", "Body"), limit=120),
            Field(name="counterpart", label=pgettext_lazy("liaison", "Spoken with"), limit=120, help=_("Post or desk; a name only where it is needed.")),
            Field(name="on", label=pgettext_lazy("liaison", "On"), kind="date", past=True),
            Field(name="subject", label=pgettext_lazy("liaison", "Subject"), limit=200),
            Field(name="content", label=_("What was said"), kind="longtext", limit=4000),
            Field(name="agreed", label=_("Agreements"), kind="longtext", limit=4000),
            Field(name="follow_up", label=_("What follows"), kind="longtext", limit=2000),
            Field(name="follow_on", label=pgettext_lazy("liaison", "Until"), kind="date", future=True),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="outcome", label=pgettext_lazy("liaison", "What came of it"), kind="longtext", limit=2000),
        ),
        form=("body_kind*", "body*", "counterpart", "on*", "subject*", "content*", "agreed", "follow_up", "follow_on", "owner", "proof"),
        columns=("body_kind", "body", "on"),
        filters=("body_kind",),
        owner="owner",
        speaks_of="on",
        clauses=lambda codes: ("SZ 4(2).2", "CTS 5.3 d"),
        states=(
            State("open", pgettext_lazy("liaison", "Something follows"), "soon"),
            State("settled", pgettext_lazy("liaison", "Settled"), "done", open=False),
        ),
        on_open=opened,
        steps=(
            Do(
                name="settle", label=_("Done as agreed"), event="settled", did=_("did what was agreed"), sources=("open",), target="settled",
                who=(OWNER, *LEADERS), asks=("outcome*", "proof"), stops=("liaison_follow_up",), tells=(Role.MGMT_REP,), tone="done", icon="check",
            ),
            Do(
                name="speak_again", label=_("Spoken again"), event="spoken", did=_("spoke with the body again"), sources=("open", "settled"),
                target="open", who=(OWNER, *LEADERS), asks=("content*", "agreed", "follow_up*", "follow_on*"), icon="message-circle", main=False,
            ),
        ),
        dues=(
            Due(field="follow_on", timer="liaison_follow_up", label=_("Follow-up with a body outside"), stops=_("done as agreed"), source="SZ 4(2).2"),
        ),
    )
)  # fmt: skip
