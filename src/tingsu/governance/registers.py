"""The register of evidence records (OE-01…OE-17): what proves a clause, of which day it speaks, until when it holds."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.governance import (
    appointments,  # noqa: F401
    committee_reviews,  # noqa: F401
    disposals,  # noqa: F401 declares a register of its own
    evidence,
    formats,  # noqa: F401
    holds,  # noqa: F401
    informing,  # noqa: F401
    liaison,  # noqa: F401
    monthly,  # noqa: F401
    notice,  # noqa: F401 and a rulebook
    publications,  # noqa: F401
    requests,  # noqa: F401
    suppliers,  # noqa: F401
)
from tingsu.governance.subjects import SUBJECTS
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.intervals import INTERVALS

KEEPERS = (OWNER, *LEADERS, Role.QA)
MONEY = ("subject", "fund")
EXCHANGE = ("subject", "exchange")

declare(
    Register(
        name="evidence",
        one=_("Evidence record"),
        many=_("Evidence records"),
        hint=_("What shows an auditor that a clause is met, where daily work leaves no trace of its own."),
        prefix="ZJ",
        icon="certificate",
        chapter="documents",
        order=20,
        title="statement",
        fields=(
            Field(
                name="subject", label=_("Kind of evidence"), kind="choice",
                options=tuple((one.code, one.label) for one in SUBJECTS.values()),
            ),
            Field(name="statement", label=_("What it shows"), kind="longtext", limit=2000),
            Field(name="place", label=_("Place or department"), limit=80),
            Field(name="budget", label=_("Budget of the year"), kind="money", when=MONEY, required=True),
            Field(name="used", label=_("Used"), kind="money", when=MONEY, required=True),
            Field(name="balance", label=pgettext_lazy("fund", "Balance"), kind="money", when=MONEY, required=True),
            Field(name="partners", label=_("Partners"), limit=200, when=EXCHANGE, required=True),
            Field(name="topic", label=pgettext_lazy("exchange", "Topic"), limit=200, when=EXCHANGE, required=True),
            Field(name="outcome", label=pgettext_lazy("exchange", "Result"), kind="longtext", when=EXCHANGE, required=True),
            Field(name="speaks_of", label=_("Day it speaks of"), kind="date", past=True, help=_("Not the day of upload.")),
            Field(name="expires_on", label=_("Holds until"), kind="date"),
            Field(name="interval", label=_("Returns"), kind="choice", options=INTERVALS),
            Field(name="review_on", label=_("Next one due"), kind="date"),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("subject*", "statement*", "place", "budget", "used", "balance", "partners", "topic", "outcome", "speaks_of*",
              "expires_on", "interval", "proof"),
        passing=("reason",),
        columns=("subject", "speaks_of", "expires_on"),
        filters=("subject", "interval"),
        speaks_of="speaks_of",
        expires="expires_on",
        clauses=evidence.clauses_of,
        openers=(*LEADERS, Role.QA, Role.AUDITOR, Role.FUNCTION, Role.DEPT, Role.DSO),
        states=(
            State("draft", _("Waits for approval"), "soon"),
            State("valid", pgettext_lazy("evidence", "Valid"), "done"),
            State("withdrawn", pgettext_lazy("evidence", "Withdrawn"), open=False),
        ),
        steps=(
            Do(
                name="approve", label=pgettext_lazy("evidence", "Approve"), event="approved", did=_("approved it as evidence"),
                sources=("draft",), target="valid", who=LEADERS, not_by=("open", "renew"), tells=(OWNER,), tone="done", icon="checks",
            ),
            Do(
                name="renew", label=_("Renew"), event="renewed", did=_("renewed it"), sources=("valid", "draft"),
                target="draft", who=KEEPERS, icon="refresh", may_stop=("evidence_review",), tells=(Role.MGMT_REP,),
                asks=("statement*", "place", "budget", "used", "balance", "partners", "topic", "outcome", "speaks_of*",
                      "expires_on", "interval", "proof"),
                stops=("evidence_review",),
            ),
            Do(
                name="withdraw", label=pgettext_lazy("evidence", "Withdraw"), event="withdrawn", did=_("withdrew it"),
                sources=("draft", "valid"), target="withdrawn", who=LEADERS, asks=("reason*",), main=False,
                stops=("evidence_review",), icon="archive",
            ),
        ),
        dues=(
            Due(field="review_on", timer="evidence_review", label=_("Next evidence"), stops=_("renewed or withdrawn")),
        ),
        recurs=Recurs(
            interval="interval", counts_from="speaks_of", next_on="review_on", timer="evidence_review", after=("approve",)
        ),
        list_template="governance/standing.html",
        list_context=evidence.standing,
    )
)  # fmt: skip
