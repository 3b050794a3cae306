"""Acceptance, verdict, new rounds of investigation: P05, P07, P08, P09, P11, P14."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.depth import proposed_depth
from tingsu.casework.joining import join, tell_unit
from tingsu.casework.models import DEPTH_RANK, Depth, Investigation
from tingsu.casework.options import ids
from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.effects import take_over
from tingsu.files import store
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.letters.notices import notify
from tingsu.process.registry import effect
from tingsu.process.values import RowsInvalid

Values = dict[str, Any]
RECORD_TEXTS = ("background", "cause", "damage", "demand", "evidence")
OBJECTIVITY = ("complainant_heard", "respondent_heard", "facts_tied", "no_exclusion")


@effect("accept")
def accept(case: Case, values: Values) -> None:
    """P07: ownership passes, the investigation opens with mode, depth and plan (IV-05, IV-06, IV-14, AS-01)."""
    if case.actor.id is None:
        raise RuntimeError("only a person can accept a case")
    proposed = proposed_depth(case.complaint)
    if DEPTH_RANK[Depth(values["depth"])] < DEPTH_RANK[proposed] and not values["depth_reason"]:
        sentence = _("For this case “%(depth)s” is proposed. Say why less is enough.")
        raise InvalidInput({"depth_reason": InvalidValue(sentence, code="required", depth=proposed.label)})
    take_over(case, case.actor.id)
    case.set("investigation_mode", values["mode"])
    units = ids(values["units"])
    lead = min(case.actor.unit_ids, key=str, default=None)
    case.set("lead_unit_id", lead)
    row = _open_round(
        case,
        mode=values["mode"],
        depth=values["depth"],
        proposed=proposed,
        plan=values["plan"],
        unit_ids=values["units"],
    )
    row.seal("depth_reason", values["depth_reason"])
    row.save(update_fields=["depth_reason"])
    for unit_id in units:
        join(case, "dept", unit_id=unit_id)
        tell_unit(case, unit_id, "case.joint_investigation")


def _open_round(case: Case, *, mode: str, depth: str, proposed: str, plan: str, unit_ids: list[str]) -> Investigation:
    """A new round; a round that is still open is left as it stands and marked as taken up again."""
    rounds = Investigation.objects.filter(complaint=case.complaint)
    rounds.filter(state=Investigation.State.OPEN).update(state=Investigation.State.REPLACED)
    row = Investigation(
        complaint=case.complaint, round=rounds.count() + 1, investigator_id=case.complaint.owner_id, mode=mode, depth=depth,
        proposed_depth=proposed, unit_ids=unit_ids, opened_at=case.at,
    )  # fmt: skip
    row.seal("plan", plan)
    row.save(force_insert=True)
    case.fact("investigation", row.pk)
    case.fact("round", row.round)
    return row


def _next_round(case: Case, plan: str) -> None:
    """The verdict is open again; the earlier one stays in its round and in the ledger (P11, P14)."""
    last = Investigation.objects.filter(complaint=case.complaint).order_by("-round").first()
    proposed = proposed_depth(case.complaint)
    mode = case.complaint.investigation_mode or terms.InvestigationMode.INDEPENDENT
    case.set("investigation_mode", str(mode))
    _open_round(
        case,
        mode=mode,
        depth=last.depth if last else proposed,
        proposed=proposed,
        plan=plan,
        unit_ids=last.unit_ids if last else [],
    )
    case.set("verdict", "")
    case.set("answered_at", None)


def _conclude(case: Case, values: Values, verdict: str) -> None:
    """Write the investigation record and the verdict (IV-04, IV-09, IV-15, IV-17, IV-18)."""
    _check_shares(values["responsibility"])
    _check_sources(values["sources"])
    row = next(iter(Investigation.of(case.complaint, state=Investigation.State.OPEN)), None)
    if row is None:
        row = _open_round(
            case, mode=case.complaint.investigation_mode or terms.InvestigationMode.INDEPENDENT, depth=Depth.BASIC,
            proposed=proposed_depth(case.complaint), plan="", unit_ids=[],
        )  # fmt: skip
    row.seal_all(**{name: values[name] for name in RECORD_TEXTS})
    row.responsibility = [{"party": line["party"], "share": line["share"]} for line in values["responsibility"]]
    row.seal("responsibility_bases", "\n".join(line["basis"].replace("\n", " ") for line in values["responsibility"]))
    row.sources = [{"source": line["source"], "state": line["state"]} for line in values["sources"]]
    row.seal("source_reasons", "\n".join(line["reason"].replace("\n", " ") for line in values["sources"]))
    row.objectivity = {name: values[name] for name in OBJECTIVITY}
    row.loss = [{"claimed": line["claimed"], "assessed": line["assessed"]} for line in values.get("loss", ())]
    row.seal("loss_items", "\n".join(line["item"] for line in values.get("loss", ())))
    row.seal_all(**{name: values.get(name, "") for name in ("reasons", "transfer_name", "transfer_contact")})
    row.bases, row.verdict = values["bases"], verdict
    row.state, row.concluded_by, row.concluded_at = Investigation.State.CONCLUDED, case.actor.id, case.at
    row.save()
    case.fact("investigation", row.pk)
    case.set("verdict", verdict)
    case.set("answered_at", None)


def _check_sources(lines: list[dict[str, Any]]) -> None:
    """A source that was not collected says why (IV-07). Raises InvalidInput."""
    wrong: dict[int, dict[str, TingsuError]] = {
        index: {"reason": InvalidValue(code="required")}
        for index, line in enumerate(lines)
        if line["state"] != "collected" and not line["reason"]
    }
    if wrong:
        raise InvalidInput({"sources": RowsInvalid(wrong)})


def _check_shares(lines: list[dict[str, Any]]) -> None:
    """Shares of responsibility make the whole, each party once. Raises InvalidInput."""
    parties = [line["party"] for line in lines]
    if sum(line["share"] for line in lines) != 100 or len(set(parties)) != len(parties):
        sentence = _("Name each party once; the shares together make 100 %.")
        raise InvalidInput({"responsibility": InvalidValue(sentence, code="shares")})


@effect("find_founded")
def find_founded(case: Case, values: Values) -> None:
    """P08 成立: to handling."""
    _conclude(case, values, terms.Verdict.FOUNDED)


@effect("find_unfounded")
def find_unfounded(case: Case, values: Values) -> None:
    """P09 不成立: to the answer; for not ours with the transfer channel (IV-11, AS-14)."""
    _conclude(case, values, values["verdict"])


@effect("answer_not_ours")
def answer_not_ours(case: Case, values: Values) -> None:
    """P05: out of scope or another party's, without an investigation; reason and channel stand in the event (AS-14)."""
    case.set("verdict", terms.Verdict.NOT_OURS)
    case.set("answered_at", None)


@effect("contest")
def contest(case: Case, values: Values) -> None:
    """P11: new facts reopen the verdict; T13 starts again by the table (TR-17)."""
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    _next_round(case, values["new_facts"])
    if case.complaint.waiting_on == terms.WaitingOn.COMPLAINANT:
        case.wait_on(terms.WaitingOn.US)
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "case.contested", case.complaint.pk, {"number": case.complaint.number})


@effect("reinvestigate")
def reinvestigate(case: Case, values: Values) -> None:
    """P14: the facts do not carry a solution yet; the owner investigates again."""
    _next_round(case, values["open_questions"])
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "case.reinvestigate", case.complaint.pk, {"number": case.complaint.number})
