"""The register of payment batches: who gathered which orders, who released them, what the bank said (IG-07, RM-08)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OPENER, Do, Register, State, declare
from tingsu.settlement import (
    batches,
    quick_checks,  # noqa: F401 a register of its own
)
from tingsu.settlement.batch_page import lines_context, offers

MAKERS = (Role.SPECIALIST, Role.SUPERVISOR, Role.MGMT_REP, Role.FUNCTION)
"""Who puts a batch together: those who handle complaints, and a functional department such as finance."""

declare(
    Register(
        name=batches.NAME,
        one=_("Payment batch"),
        many=_("Payment batches"),
        hint=_(
            "Payment orders that go to the bank or a platform together: gathered by one person, released by another, "
            "handed over as a file, and answered order by order."
        ),
        prefix="FK",
        icon="cash",
        group="handling",
        order=58,
        title="note",
        readers=(*LEADERS, *CHECKERS),
        openers=MAKERS,
        fields=(
            Field(name="means", label=_("Means of payment"), kind="choice", options=batches.means_in_batches),
            Field(name="note", label=_("What the batch is for"), kind="longtext", limit=300),
            Field(name="orders", label=pgettext_lazy("payment batch", "Orders"), kind="number"),
            Field(name="total", label=_("Total"), kind="money"),
            Field(name="released_on", label=_("Released on"), kind="date"),
            Field(
                name="hash",
                label=_("Hash of the file (SHA-256)"),
                help=_("Of the CSV file. The spreadsheet holds the same lines."),
            ),
            Field(name="order", label=pgettext_lazy("payment batch", "Order"), kind="choice", options=batches.waiting_orders),
            Field(
                name="result",
                label=_("File with the result"),
                kind="files",
                limit=1,
                help=_("As the bank or platform gives it: XLSX or CSV with order number, amount and result."),
            ),
            Field(
                name="outcome",
                label=_("What the bank says"),
                kind="choice",
                options=(("paid", _("It was paid")), ("refused", _("It was refused"))),
            ),
            Field(name="reference", label=_("Reference of the bank"), limit=64, help=_("For what was paid.")),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=500),
        ),
        form=("means*", "note*"),
        passing=("order", "outcome", "reference", "reason"),
        columns=("means", "orders", "total", "released_on"),
        filters=("means",),
        on_open=batches.gather,
        states=(
            State("prepared", _("Waits for its release"), "soon"),
            State("released", _("With the bank"), "soon"),
            State("answered", _("All answered"), "done", open=False, final=True),
            State("withdrawn", pgettext_lazy("payment batch", "Withdrawn"), open=False, final=True),
        ),
        steps=(
            Do(
                name="release", label=_("Release the batch"), event="released", did=_("released the batch"), sources=("prepared",),
                target="released", who=LEADERS, not_by=("open", "gather"), effect=batches.release, tells=(OPENER,), tone="done",
                guards=(batches.something_in_it, batches.orders_still_stand, batches.no_own_application), icon="checks", clause="ISC 9.3.2",
            ),
            Do(
                name="gather", label=_("Gather again"), event="gathered", did=_("gathered the orders again"), sources=("prepared",),
                who=MAKERS, effect=batches.gather, main=False, icon="refresh",
            ),
            Do(
                name="drop", label=_("Take an order out"), event="dropped", did=_("took an order out"), sources=("prepared",), who=MAKERS,
                asks=("order*", "reason*"), effect=batches.drop, main=False, icon="x",
            ),
            Do(
                name="read", label=_("Read the result"), event="read", did=_("read the result in"), sources=("released",),
                who=(*MAKERS, *LEADERS), asks=("result*",), before=batches.read_result, effect=batches.take_result,
                tells=(OPENER,), icon="file-text", clause="ISC 9.3.2",
            ),
            Do(
                name="answer", label=_("Answer one order by hand"), event="answered", did=_("answered an order by hand"),
                sources=("released",), who=(*MAKERS, *LEADERS), asks=("order*", "outcome*", "reference", "reason"), effect=batches.answer,
                main=False, icon="edit",
            ),
            Do(
                name="withdraw", label=pgettext_lazy("payment batch", "Withdraw"), event="withdrawn", did=_("withdrew the batch"),
                sources=("prepared",), target="withdrawn", who=(OPENER, *LEADERS), asks=("reason*",), effect=batches.withdraw, main=False,
                icon="archive",
            ),
        ),
        entry_template="settlement/batch_lines.html",
        entry_context=lines_context,
        offers=offers,
    )
)  # fmt: skip
