"""The register of legal holds (RC-04): what may not be disposed of, why, and who lifted it."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.governance import disposal
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.models import Stream
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import CHECKERS, LEADERS, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry

GROUNDS = (
    ("lawsuit", _("Lawsuit or arbitration")), ("authority", _("Order of an authority or court")), ("audit", _("Audit or inspection")),
    ("claim", _("Claim that may still be raised")), ("other", pgettext_lazy("hold", "Other")),
)  # fmt: skip
SETTERS = (*LEADERS, Role.DSO)


def held(hold: OpenedEntry, values: dict[str, Any]) -> None:
    """From now on none of these cases is erased. Numbers stand one a line; each must be a case or register entry that is still there.

    Its history is locked, so that a run that has begun with the case ends before, and one that has not sees the hold.
    """
    refusals: dict[str, TingsuError] = {}
    found: list[uuid.UUID] = []
    for typed in values["numbers"].split():
        pk = disposal.thing_named(typed)
        if pk is None:
            refusals["numbers"] = InvalidValue(_("No complaint and no record has the number %(number)s."), number=typed)
        else:
            found.append(pk)
    if refusals:
        raise InvalidInput(refusals)
    for stream in Stream.objects.select_for_update().filter(pk__in=found).order_by("pk"):
        if not stream.wrapped_key:
            raise InvalidInput({"numbers": InvalidValue(_("One of these cases is erased already."))})
        link_opened(hold, stream.pk, "holds")


declare(
    Register(
        name=disposal.HOLD,
        one=_("Legal hold"),
        many=_("Legal holds"),
        hint=_("Cases and records that must be kept beyond their time, and why. While a hold stands, none of them is erased by anybody."),
        prefix="BQ",
        icon="lock",
        chapter="data",
        order=62,
        title="cause",
        readers=(*LEADERS, *CHECKERS, Role.DSO),
        openers=SETTERS,
        fields=(
            Field(name="ground", label=pgettext_lazy("hold", "Ground"), kind="choice", options=GROUNDS),
            Field(name="cause", label=pgettext_lazy("hold", "Why"), kind="longtext", limit=2000),
            Field(name="numbers", label=_("Numbers of the complaints or records"), kind="longtext", limit=4000, help=_("One a line.")),
            Field(name="reason", label=_("Why it is lifted"), kind="longtext", limit=1000),
        ),
        form=("ground*", "cause*", "numbers"),
        passing=("numbers", "reason"),
        columns=("ground",),
        filters=("ground",),
        states=(
            State("held", pgettext_lazy("hold", "In force"), "soon"),
            State("lifted", pgettext_lazy("hold", "Lifted"), open=False, final=True),
        ),
        on_open=held,
        steps=(
            Do(
                name="add", label=_("Hold further cases"), event="extended", did=_("held further cases"), sources=("held",),
                who=SETTERS, asks=("numbers*",), effect=held, icon="plus",
            ),
            Do(
                name="lift", label=_("Lift the hold"), event="lifted", did=_("lifted the hold"), sources=("held",), target="lifted",
                who=SETTERS, not_by=("open", "add"), asks=("reason*",), icon="check", main=False, clause="SZ 8(1)",
            ),
        ),
    )
)  # fmt: skip
