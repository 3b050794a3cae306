"""What complaint data gives to others: insights for the next product (MO-09), and proposals for risk control and partner measures (MO-10).

Evidence and proposal go to whoever decides; a decision is another person's; what was released is looked at again until its effect is known.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework import partners
from tingsu.complaints.access import sees_everything
from tingsu.figures.access import WHO
from tingsu.figures.fairness import FEW
from tingsu.figures.models import Fact
from tingsu.figures.values import today
from tingsu.kernel import kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.partners.models import PartnerTask
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import INVOLVED, LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members
from tingsu.warning import series
from tingsu.warning.rules import PRODUCT

NAME, TIMER = "insight", "insight_effect"
FOR_PRODUCT, FOR_RULE, FOR_PARTNER = "product", "risk_rule", "partner"
KINDS = (
    (FOR_PRODUCT, _("For the product or its use")), (FOR_RULE, _("For a rule of risk control")), (FOR_PARTNER, _("For measures towards a partner")),
)  # fmt: skip
MEASURES = (
    ("improve", _("Ask to put it right")), ("restrict", _("Restrict the cooperation")), ("penalty", _("Penalty of the contract")),
    ("end", _("End the cooperation")),
)  # fmt: skip
CLAUSE = "ISC 10.1.1"
DECIDERS = (INVOLVED, *LEADERS)
YEAR = timedelta(days=365)


def named_partners(thing: Any) -> Options:
    """Every partner of the register of partners, authorities left out: nobody penalises one."""
    return partners.named(thing)


def recipients(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who leads the unit that the proposal goes to: they may decide it."""
    unit = codes.get("recipient")
    return tuple(str(post.member_id) for post in people.posts_now(unit=uuid.UUID(unit)) if post.is_head) if unit else ()


def opened_with(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The record that the evidence comes from is linked, and the partner's score of that day kept. Raises InvalidInput."""
    if typed := values.get("source_number"):
        found = kinds.find_number(opened.actor, typed)
        if found is None or found.id == opened.entry.pk:
            sentence = _("Nothing that you may see has this number.")
            raise InvalidInput({"source_number": InvalidValue(sentence, code="choice")})
        link_opened(opened, found.id, "follows")
    if values["kind"] == FOR_PARTNER and (score := score_of(values["partner"])["score"]) is not None:
        opened.put("score", score)


def score_of(code: str) -> dict[str, int | None]:
    """What a partner was asked in a year, how it answered, and what came of those complaints; a score of 30 or more questions.

    The score is the mean of three shares: answered in time, not sent back, complaint not founded. Two queries.
    """
    answered = ~Q(state=PartnerTask.State.OPEN)
    rows = PartnerTask.objects.filter(code=code, asked_at__gte=now() - YEAR).exclude(state=PartnerTask.State.WITHDRAWN)
    found: dict[str, int | None] = rows.aggregate(
        asked=Count("pk"), in_time=Count("pk", filter=answered & Q(answered_at__lte=F("due_at"))), late=Count("pk", filter=_late()),
        returned=Count("pk", filter=Q(returns__gte=1)), complaints=Count("complaint_id", distinct=True),
    )  # fmt: skip
    founded = Fact.objects.filter(pk__in=rows.values("complaint_id"), verdict="founded").count()
    asked, due = found["asked"] or 0, (found["in_time"] or 0) + (found["late"] or 0)
    score = None
    if asked >= FEW and due:
        shares = (
            (found["in_time"] or 0) / due,
            1 - (found["returned"] or 0) / asked,
            1 - founded / max(found["complaints"] or 1, 1),
        )
        score = round(100 * sum(shares) / len(shares))
    return {**found, "founded": founded, "score": score}


def _late() -> Q:
    return Q(answered_at__gt=F("due_at")) | Q(state=PartnerTask.State.OPEN, due_at__lt=now())


def beside(actor: Actor, entry: Entry) -> dict[str, Any]:
    """On the page: what the complaints of a year say, for who sees all of them."""
    if not sees_everything(actor):
        return {}
    if entry.codes.get("kind") == FOR_PARTNER and entry.codes.get("partner"):
        return {"partner": score_of(entry.codes["partner"]), "few": FEW}
    product = (entry.written_or_none() or {}).get("product", "")
    if entry.codes.get("kind") != FOR_PRODUCT or not product:
        return {}
    until = today()
    daily = series.daily_of(PRODUCT, (product,), until, 364)
    quarters = [sum(number for ago, number in daily.items() if back * 91 <= ago < (back + 1) * 91) for back in range(4)]
    return {"product": product, "quarters": list(reversed(quarters)), "number": sum(quarters)}


def effect_day_reached(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """An effect is judged from its day on, not on the day of the release."""
    if str(opened.entry.codes.get("review_on") or "") <= today().isoformat():
        return []
    return [Unmet("too_early", _("the effect is judged from the day on that was set for it"))]


def _only(*kinds_of: str) -> tuple[str, str]:
    return ("kind", "|".join(kinds_of))


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("register", "Insight from complaints"),
        many=pgettext_lazy("register", "Insights from complaints"),
        hint=_("What complaints teach the product, risk control and partners: evidence, proposal, decision, release, effect."),
        prefix="DX",
        icon="chart-bar",
        group="improve",
        order=14,
        title="proposal",
        openers=(*WHO, Role.SPECIALIST, Role.COACH),
        readers=(*WHO, Role.AUDITOR),
        fields=(
            Field(name="kind", label=pgettext_lazy("insight", "Kind"), kind="choice", options=KINDS),
            Field(name="product", label=_("Product or service"), limit=200, when=_only(FOR_PRODUCT)),
            Field(name="rule", label=_("Rule of risk control"), limit=300, when=_only(FOR_RULE)),
            Field(name="partner", label=pgettext_lazy("insight", "Partner"), kind="choice", options=named_partners, when=_only(FOR_PARTNER)),
            Field(name="evidence", label=_("What complaints show"), kind="longtext", limit=3000,
                  help=_("Numbers and pattern, no names of complainants.")),
            Field(name="source_number", label=_("Number of the record it comes from"), limit=40),
            Field(name="score", label=_("Score of the partner on that day"), kind="number"),
            Field(name="basis", label=_("Basis in contract or law"), kind="longtext", limit=1000, when=_only(FOR_RULE, FOR_PARTNER)),
            Field(name="measure", label=pgettext_lazy("insight", "Measure"), kind="choice", options=MEASURES, when=_only(FOR_PARTNER)),
            Field(name="proposal", label=pgettext_lazy("insight", "Proposal"), kind="longtext", limit=3000),
            Field(name="recipient", label=_("Goes to"), kind="unit", options=departments),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="reason", label=pgettext_lazy("insight", "Reason of the decision"), kind="longtext", limit=1000),
            Field(name="release", label=pgettext_lazy("insight", "Release"), limit=300,
                  help=_("The version, the rule or the notice by which it is in force.")),
            Field(name="released_on", label=_("In force since"), kind="date", past=True),
            Field(name="review_on", label=_("Effect to be judged on"), kind="date"),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="effect", label=pgettext_lazy("insight", "Effect"), kind="longtext", limit=2000),
        ),
        form=("kind*", "product*", "rule*", "partner*", "evidence*", "source_number", "basis*", "measure*", "proposal*", "recipient*", "proof"),
        passing=("reason",),
        columns=("kind", "recipient"),
        filters=("kind", "recipient", "partner"),
        owner="owner",
        unit="recipient",
        involves=recipients,
        clauses=lambda codes: (CLAUSE,),
        on_open=opened_with,
        states=(
            State("proposed", pgettext_lazy("insight", "Waits for a decision"), "soon"),
            State("adopted", pgettext_lazy("insight", "Adopted")),
            State("released", pgettext_lazy("insight", "In force, effect to be judged")),
            State("effective", pgettext_lazy("insight", "Effective"), "done", open=False),
            State("declined", pgettext_lazy("insight", "Not adopted"), open=False),
        ),
        steps=(
            Do(
                name="adopt", label=pgettext_lazy("insight", "Adopt"), event="adopted", did=pgettext_lazy("insight", "adopted the proposal"),
                sources=("proposed",), target="adopted", who=DECIDERS, not_by=("open",), asks=("reason*", "owner*"), tells=(OPENER, OWNER),
                icon="checks", clause=CLAUSE,
            ),
            Do(
                name="decline", label=pgettext_lazy("insight", "Do not adopt"), event="declined",
                did=pgettext_lazy("insight", "did not adopt the proposal"), sources=("proposed",), target="declined", who=DECIDERS, not_by=("open",),
                asks=("reason*",), tells=(OPENER,), main=False, icon="x",
            ),
            Do(
                name="carry_out", label=_("Record the release"), event="released", did=_("recorded the release"), sources=("adopted",),
                target="released", who=(OWNER, *DECIDERS), asks=("release*", "released_on*", "review_on*", "proof"), tells=(OPENER,),
                icon="circle-check", clause=CLAUSE,
            ),
            Do(
                name="confirm", label=pgettext_lazy("insight", "Confirm the effect"), event="confirmed", did=pgettext_lazy("insight", "found it effective"),
                sources=("released",), target="effective", who=WHO, not_by=("carry_out",), guards=(effect_day_reached,), asks=("effect*",), stops=(TIMER,),
                tells=(OWNER, OPENER), tone="done", icon="circle-check",
            ),
            Do(
                name="again", label=pgettext_lazy("insight", "No effect: propose anew"), event="reopened",
                did=pgettext_lazy("insight", "found no effect"), sources=("released",), target="proposed", who=WHO, not_by=("carry_out",),
                guards=(effect_day_reached,), asks=("effect*", "proposal*"), stops=(TIMER,), tells=(OWNER, OPENER), tone="late", icon="repeat", main=False,
            ),
        ),
        dues=(Due(field="review_on", timer=TIMER, label=_("Effect of an insight"), stops=_("effect judged")),),
        entry_template="warning/insight.html",
        entry_context=beside,
    )
)  # fmt: skip
