"""A solution in words for the people it is offered to, in their language (RM-05, RM-16)."""

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from tingsu.complaints.recorded import demands_of
from tingsu.complaints.terms import DemandKind, PartyRole
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import within
from tingsu.pages.words import day_words
from tingsu.settlement.models import DemandAnswer, Remedy, Solution
from tingsu.settlement.rulebooks import remedies


@dataclass(frozen=True)
class Offer:
    """One measure as it is shown: its name, amount in fen, own words, day."""

    name: str
    amount_fen: int | None
    detail: str
    due_on: date | None

    def __str__(self) -> str:
        parts = [self.name]
        if self.amount_fen:
            parts.append(yuan(self.amount_fen))
        if self.detail:
            parts.append(within(self.detail) if self.due_on else self.detail)
        if self.due_on:
            parts.append(_("by %(day)s") % {"day": day_words(self.due_on)})
        return _(", ").join(parts)


@dataclass(frozen=True)
class Reply:
    """The answer to one demand."""

    demand: str
    amount_fen: int | None
    decision: str
    decision_label: str
    reason: str


def offers_of(solution: Solution, language: str | None = None) -> list[Offer]:
    return [
        Offer(
            remedies.name_of(row.code, solution.remedies_version, language),
            row.amount_fen,
            row.shown("detail"),
            row.due_on,
        )
        for row in sorted(Remedy.of(solution.complaint, solution=solution), key=lambda row: row.position)
    ]


def replies_of(solution: Solution) -> list[Reply]:
    rows = DemandAnswer.of(solution.complaint, solution=solution)
    demands = {demand.pk: demand for demand in demands_of(solution.complaint)}
    return [
        Reply(
            str(DemandKind(demands[row.demand_id].kind).label),
            demands[row.demand_id].amount_fen,
            row.decision,
            str(DemandAnswer.Decision(row.decision).label),
            row.shown("reason"),
        )
        for row in rows
    ]


def words_for(solution: Solution, role: str) -> str:
    """What stands above the measures: the handler's words are the complainant's; a respondent reads what the matter is."""
    if role == PartyRole.RESPONDENT:
        return _("We have looked into the complaint, and we propose to settle it as follows.")
    return "\n\n".join(filter(None, [solution.shown("wording"), _conditions(solution.shown("conditions"))]))


def _conditions(conditions: str) -> str:
    return _("Conditions: %(conditions)s") % {"conditions": conditions} if conditions else ""


def respondent_text(solution: Solution) -> str:
    """The measures and no word that was meant for the complainant: neither the letter to them nor their wishes."""
    language = solution.complaint.language
    with translation.override(language):
        offers = offers_of(solution, language)
        lines = [f"{number}. {offer}" for number, offer in enumerate(offers, 1)] or [_("No measure is needed.")]
        return "\n".join([words_for(solution, PartyRole.RESPONDENT), *lines])


def letter_text(solution: Solution) -> str:
    """The handler's words, then the measures and the answer to each demand, in the complainant's language."""
    language = solution.complaint.language
    with translation.override(language):
        parts = list(filter(None, [solution.text("wording"), _conditions(solution.text("conditions"))]))
        if offers := offers_of(solution, language):
            lines = [f"{number}. {offer}" for number, offer in enumerate(offers, 1)]
            parts.append("\n".join([_("What we will do:"), *lines]))
        if replies := replies_of(solution):
            lines = [_answered(one) for one in replies]
            parts.append("\n".join([_("Our answer to each of your requests:"), *lines]))
    return "\n\n".join(parts)


def _answered(reply: Reply) -> str:
    told = {"demand": reply.demand, "decision": reply.decision_label, "reason": reply.reason}
    if reply.reason:
        return _("%(demand)s: %(decision)s. Reason: %(reason)s") % told
    return _("%(demand)s: %(decision)s") % told
