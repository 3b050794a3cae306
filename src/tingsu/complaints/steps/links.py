"""Links between complaints: E17."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import access, terms
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.complaints.numbers import spelled
from tingsu.complaints.same_content import belong_together
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.steps.escalation import supervise
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.kernel.models import Event
from tingsu.process.steps import Field, Step, Values

SUPERVISED_FROM = 3


def link(case: Case, values: Values) -> None:
    other = _other(case, values["number"])
    if values["kind"] == terms.LinkKind.COUNTER and not belong_together(case.complaint, other):
        sentence = _("One of them has to be a notice about content, the other a counter-notice.")
        raise InvalidInput({"kind": InvalidValue(sentence, code="no_counter_notice")})
    _row, created = ComplaintLink.objects.get_or_create(
        complaint=case.complaint, other=other, defaults={"kind": values["kind"], "confirmed_at": case.at}
    )
    if not created:
        raise ConditionsUnmet([Unmet("already_linked", _("these complaints are already linked"))])
    case.fact("other", other.pk)
    _consider(case, [one for one in case.complaint.possible_repeats if one != str(other.pk)])
    if values["kind"] == terms.LinkKind.REPEATED:
        note_repeat(case, other.repeat_count + 1)


def _consider(case: Case, left: list[str]) -> None:
    """What the receiver has still to look at of the possible repetitions."""
    if left != case.complaint.possible_repeats:
        case.complaint.possible_repeats = left
        case.also_save("possible_repeats")


def note_repeat(case: Case, count: int) -> None:
    """The same complainant complains of the same problem again; from the third time on under supervision (AS-12)."""
    case.set("repeated", True)
    case.set("repeat_count", max(case.complaint.repeat_count, count))
    if case.complaint.repeat_count >= SUPERVISED_FROM and not case.complaint.supervised:
        supervise(case, {})


LINK = Step(
    id="E17",
    name="link",
    may_start=("repeat_solution",),
    event="complaint.linked",
    label=_("Link complaints"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    clause="SZ C.2, C.3",
    effect=link,
    key="m",
    on_rows=True,
    back=lambda values, before: ("unlink", {"number": str(values.get("number", ""))}),
    fields=(
        Field(name="number", label=_("Number of the other complaint"), required=True, limit=24),
        Field(
            name="kind", label=_("Kind of link"), kind="choice", options=tuple(terms.LinkKind.choices), required=True
        ),
    ),
)


def unlink(case: Case, values: Values) -> None:
    other = _other(case, values["number"])
    deleted, _rows = ComplaintLink.objects.filter(complaint=case.complaint, other=other).delete()
    if not deleted:
        raise ConditionsUnmet([Unmet("not_linked", _("these complaints are not linked"))])
    case.fact("other", other.pk)
    if not ComplaintLink.objects.filter(complaint=case.complaint, kind=terms.LinkKind.REPEATED).exists():
        case.set("repeated", False)
        case.set("repeat_count", 1)
        if case.complaint.supervised and not _supervised_by_hand(case):
            case.end_supervision("unlinked")
            case.end("repeat_solution", "cancelled")


def _supervised_by_hand(case: Case) -> bool:
    return Event.objects.filter(stream_id=case.complaint.pk, kind="complaint.supervised").exists()


def _other(case: Case, number: str) -> Complaint:
    other = access.visible_to(case.actor).filter(number=spelled(number)).first()
    if other is None or other.pk == case.complaint.pk:
        raise InvalidInput(
            {
                "number": InvalidValue(
                    _("There is no other complaint with this number that you may see."), code="number_unknown"
                )
            }
        )
    return other


UNLINK = Step(
    id="E17",
    name="unlink",
    event="complaint.unlinked",
    label=_("Remove the link"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    clause="SZ C.2, C.3",
    may_stop=("repeat_solution",),
    effect=unlink,
    fields=(Field(name="number", label=_("Number of the other complaint"), required=True, limit=24),),
)


def may_be_repeated(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.possible_repeats:
        return []
    return [Unmet("none_possible", _("no earlier complaint waits to be compared"))]


def rule_out_repeats(case: Case, values: Values) -> None:
    """RG-24: the receiver has compared what was found and says that none of it is the same problem."""
    case.fact("others", case.complaint.possible_repeats)
    _consider(case, [])


RULE_OUT_REPEATS = Step(
    id="E17",
    name="rule_out_repeats",
    event="complaint.repeats_ruled_out",
    label=_("Not a repetition"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    guards=(may_be_repeated,),
    clause="SZ C.2, C.3; SVC 3.1.3",
    effect=rule_out_repeats,
)


STEPS = (LINK, UNLINK, RULE_OUT_REPEATS)
