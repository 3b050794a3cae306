"""What governance shows by clause: the seventeen kinds of evidence that no daily work leaves (MS-29, OE-01…OE-17)."""

from collections.abc import Iterable
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.governance import evidence
from tingsu.kernel.actor import automation
from tingsu.kernel.proofs import Holds, Proof, declare, rule
from tingsu.kernel.tenancy import current_organisation_id

HOLDS = {"valid": Holds.VALID, "expiring": Holds.ENDING, "missing": Holds.MISSING}
GAPS = {
    "expiring": _("“{kind}” ends within two months: renew the record."),
    "missing": _("“{kind}”: no valid evidence record. Open one and have it approved."),
}


def kinds_of_evidence(day: date) -> Iterable[Proof]:
    """Each kind that applies; what is only recommended and missing is no gap. One query."""
    for one in evidence.standing(automation("conformity", current_organisation_id()))["standing"]:
        if one.state == "apart" or (one.state == "missing" and not one.subject.shall):
            continue
        yield Proof(
            clauses=one.subject.clauses, sort="records", what=one.subject.label, count=one.valid, on=one.last, until=one.until, holds=HOLDS[one.state],
            url=one.url,
            gap=format_lazy(GAPS[one.state], kind=one.subject.label) if one.state in GAPS else "",
        )  # fmt: skip


declare("evidence", kinds_of_evidence, instead_of=("evidence",))
rule("privacy_notice", "ISC 9.7.2.1; ISC 9.7.2.2; SZ 3.9", "governance:privacy_notice")
rule("data_request_rules", "SZ 8(1)", "governance:data_request_rules")
