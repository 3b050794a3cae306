"""The register of disposal runs (RC-04): what was due, who proposed, who approved, and the certificate of what was erased."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.governance import disposal
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry

PROPOSERS = (*LEADERS, Role.DSO)
APPROVERS = (Role.MGMT_REP, Role.TOP_MGMT)
ENDS = (("anonymise", _("Anonymise")), ("destroy", _("Destroy, paper included")))
COUNTED = (
    Field(name="erased", label=_("Cases erased"), kind="number"),
    Field(name="left", label=_("Cases left"), kind="number"),
    Field(name="persons", label=_("Persons erased"), kind="number"),
    Field(name="texts", label=_("Texts erased"), kind="number"),
    Field(name="files", label=_("Files erased"), kind="number"),
    Field(name="letters", label=_("Letters erased"), kind="number"),
    Field(name="entries", label=_("Register entries erased with them"), kind="number"),
    Field(name="why_left", label=_("Why cases were left"), kind="longtext", limit=4000),
)


def certified(run: OpenedEntry, values: dict[str, Any]) -> None:
    """The certificate stands: what, how many, under which rule, by whom, when. It names cases, never persons."""
    run.put("finished_at", run.at)


declare(
    Register(
        name=disposal.RUN,
        one=_("Disposal run"),
        many=_("Disposal"),
        hint=_(
            "What has been kept long enough, or what a person asked to have deleted: proposed by one, approved by another, "
            "erased, and certified. The printed entry is the certificate."
        ),
        prefix="CZ",
        icon="trash",
        chapter="data",
        order=64,
        title="occasion",
        readers=(*LEADERS, *CHECKERS, Role.DSO),
        openers=PROPOSERS,
        fields=(
            Field(name="occasion", label=pgettext_lazy("disposal", "Occasion"), kind="longtext", limit=1000),
            Field(name="cause", label=pgettext_lazy("disposal", "Cause"), kind="choice", options=tuple(disposal.WHY.items())),
            Field(name="cases", label=pgettext_lazy("disposal", "Cases"), kind="choices", options=disposal.choices),
            Field(name="end", label=_("What is done"), kind="choice", options=ENDS),
            Field(name="paper", label=_("Paper originals and copies outside the system"), kind="longtext", limit=1000),
            Field(name="listed", label=_("Cases listed"), kind="number"),
            Field(name="rule", label=_("Version of the retention rule"), kind="number"),
            Field(name="proposed_by", label=_("Proposed by"), kind="member"),
            Field(name="approved_by", label=pgettext_lazy("disposal", "Approved by"), kind="member"),
            Field(name="approved_at", label=pgettext_lazy("disposal", "Approved at"), kind="datetime"),
            *COUNTED,
            Field(name="finished_at", label=pgettext_lazy("disposal", "Carried out at"), kind="datetime"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("cause*", "occasion*"),
        columns=("cause", "end", "erased"),
        filters=("cause", "end"),
        states=(
            State("draft", pgettext_lazy("disposal", "Being prepared")),
            State("proposed", pgettext_lazy("disposal", "Waits for approval"), "soon"),
            State("approved", pgettext_lazy("disposal", "Being carried out"), "soon"),
            State("done", pgettext_lazy("disposal", "Carried out"), "done", open=False, final=True),
            State("declined", pgettext_lazy("disposal", "Declined"), open=False, final=True),
        ),
        steps=(
            Do(
                name="propose", label=pgettext_lazy("disposal", "Propose"), event="proposed", did=_("proposed the disposal"),
                sources=("draft",), target="proposed", who=PROPOSERS, asks=("cases*", "end*", "paper"),
                guards=(disposal.end_fits, disposal.paper_told), effect=disposal.proposed, tells=APPROVERS, icon="send",
                clause="SZ 8(1); CTS 7.5.3",
            ),
            Do(
                name="approve", label=pgettext_lazy("disposal", "Approve"), event="approved", did=_("approved the disposal"),
                sources=("proposed",), target="approved", who=APPROVERS, not_by=("open", "propose"),
                guards=(disposal.nothing_in_the_way,), effect=disposal.approved, tells=(OWNER,), tone="done", icon="checks",
                clause="SZ 8(1); CTS 7.5.3",
            ),
            Do(
                name="decline", label=pgettext_lazy("disposal", "Decline"), event="declined", did=_("declined the disposal"),
                sources=("draft", "proposed"), target="declined", who=(*APPROVERS, OPENER), asks=("reason*",), tells=(OWNER,),
                main=False, icon="x",
            ),
            Do(
                name="certify", label=_("Certify"), event="carried_out", did=_("carried it out and certified it"),
                sources=("approved",), target="done", who=(), asks=tuple(one.name for one in COUNTED), effect=certified,
                tells=(OWNER, *APPROVERS), tone="done", icon="certificate", clause="SZ 8(1); CTS 7.5.3",
            ),
        ),
        list_template="governance/due.html",
        list_context=disposal.due_list,
    )
)  # fmt: skip
