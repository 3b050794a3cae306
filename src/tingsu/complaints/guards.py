"""Conditions on facts of the complaint that steps of several apps ask (process.md §2)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Step, Values, guard


@guard("G2")
def acknowledged(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.acknowledged_at or case.complaint.anonymous:
        return []
    return [Unmet("not_acknowledged", _("the complainant has not been told yet that the complaint was received"))]


@guard("G3")
def record_confirmed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    c = case.complaint
    if c.record_confirmed_at or (c.anonymous and c.mode != terms.Mode.LETTER):
        return []  # an anonymous complaint is checked by the means left (CA-18); of a letter that is the letter itself (RG-21)
    sentence = {
        terms.Mode.IN_PERSON: _("the record is neither signed nor is a refusal to sign noted"),
        terms.Mode.PHONE: _("the record has not been read back to the caller"),
        terms.Mode.LETTER: _("the original of the letter is not noted as stored"),
    }.get(terms.Mode(c.mode), _("data and content have not been checked with the user, nor three attempts noted"))
    return [Unmet("record_not_confirmed", sentence)]


def grade_general(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.grade != terms.Grade.HIGH_RISK:
        return []
    return [Unmet("high_risk", _("high-risk complaints are reported upward first and never join the ordinary queue"))]


def not_difficult(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not (case.complaint.difficult or case.complaint.major or case.complaint.crisis):
        return []
    return [Unmet("difficult", _("a difficult or major complaint goes through investigation"))]


CITE_BASIS = _("cite at least one handling basis: law, standard, rule, contract, promise or practice")


@guard("G7")
def basis_cited(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """IV-10. A complaint that is out of scope is answered with that reason alone (P05)."""
    cited = values is None or bool(values["bases"]) or bool(values.get("out_of_scope"))
    return [] if cited else [Unmet("no_basis", CITE_BASIS)]
