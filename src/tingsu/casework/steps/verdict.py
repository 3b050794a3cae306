"""The verdict of an investigation: P08, P09."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework import checklist, partners
from tingsu.casework.depth import proposed_depth
from tingsu.casework.from_record import report_so_far
from tingsu.casework.guards import independent, tasks_answered
from tingsu.casework.models import Depth, Investigation
from tingsu.casework.steps.acceptance import _open_round
from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.covering import is_plain
from tingsu.complaints.guards import basis_cited
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import BASES
from tingsu.complaints.terms import Grade, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.punctuation import listed
from tingsu.kernel.spelling import fold
from tingsu.people import alone
from tingsu.process.steps import Field, Step, Values, asks_who
from tingsu.process.values import RowsInvalid

OBJECTIVITY = (
    Field(
        name="complainant_heard",
        label=_("Complainant heard"),
        kind="choice",
        required=True,
        options=(("heard", _("Statement present")), ("refused", _("Refused or not reached"))),
    ),
    Field(
        name="respondent_heard",
        label=_("Respondent heard"),
        kind="choice",
        required=True,
        options=(
            ("heard", _("Statement present")),
            ("refused", _("Refused or not reached")),
            ("none", _("No separate respondent")),
        ),
    ),
    Field(name="facts_tied", label=_("Every fact is tied to evidence"), kind="bool", required=True),
    Field(name="no_exclusion", label=_("Nothing was decided by identity or channel"), kind="bool", required=True),
)


REPORT = (
    Field(name="background", label=_("Background"), kind="longtext", required=True),
    Field(name="cause", label=_("Verified cause"), kind="longtext", required=True),
    Field(name="damage", label=_("Degree of damage"), kind="longtext", required=True),
    Field(name="demand", label=_("What the user asks for"), kind="longtext", required=True),
    Field(
        name="responsibility",
        label=_("Responsible parties"),
        kind="rows",
        required=True,
        rows=(
            Field(
                name="party",
                label=_("Party"),
                kind="choice",
                required=True,
                options=(
                    ("enterprise", _("Enterprise")),
                    ("department", _("Department")),
                    ("partner", _("Partner")),
                    ("customer", _("Customer")),
                    ("third_party", _("Third party")),
                ),
            ),
            Field(name="share", label=_("Share in %"), kind="number", limit=100, required=True),
            Field(name="basis", label=_("Basis"), help=_("Needed for each, where several are responsible.")),
            Field(
                name="who",
                label=_("Which one"),
                limit=80,
                help=_("Needed where two of a kind are responsible, such as two departments."),
            ),
        ),
    ),
    Field(name="evidence", label=_("Evidence list"), kind="longtext", required=True),
    Field(
        name="sources",
        label=_("Sources looked for"),
        kind="rows",
        limit=16,
        rows=(
            Field(
                name="source",
                label=_("Source"),
                kind="choice",
                required=True,
                options=checklist.options,
            ),
            Field(
                name="state",
                label=_("State"),
                kind="choice",
                required=True,
                options=(
                    ("collected", _("Collected")),
                    ("not_available", _("Not available")),
                    ("not_needed", _("Not needed")),
                ),
            ),
            Field(name="reason", label=_("Why not collected")),
        ),
    ),
    *OBJECTIVITY,
)


RECORD_TEXTS = ("background", "cause", "damage", "demand", "evidence")


def objective(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The objectivity check before the verdict (IV-17): facts tied to evidence, nothing decided by identity or channel."""
    if values is None:
        return []
    unmet = []
    if not values["facts_tied"]:
        unmet.append(Unmet("facts_not_tied", _("not every fact is tied to evidence yet")))
    if not values["no_exclusion"]:
        unmet.append(Unmet("exclusion", _("something was decided by identity or channel; judge the matter itself")))
    return unmet


def record_before(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """After an upgrade or a new round an unchanged record can be confirmed at once (P26).

    The objectivity check is made anew each time, and a text with personal data in it is not copied into a form. In the
    first round the form holds what the record says already.
    """
    concluded = Investigation.of(complaint, state=Investigation.State.CONCLUDED)
    row = max(concluded, key=lambda one: one.round, default=None)
    if row is None:
        return report_so_far(complaint)
    try:
        texts = {name: row.text(name) for name in (*RECORD_TEXTS, "reasons")}
        bases = row.text("responsibility_bases").split("\n")
        names = row.text("responsibility_names").split("\n")
    except Erased:
        return {}
    values: dict[str, Any] = {name: text for name, text in texts.items() if is_plain(complaint, text)}
    values["responsibility"] = [
        {
            **line,
            "basis": bases[position] if position < len(bases) else "",
            "who": names[position] if position < len(names) else "",
        }
        for position, line in enumerate(row.responsibility)
    ]
    values["bases"] = row.bases
    reasons = row.text("source_reasons").splitlines()
    values["sources"] = [
        {**line, "reason": reasons[position] if position < len(reasons) else ""}
        for position, line in enumerate(row.sources)
    ]
    return values


def _conclude(case: Case, values: Values, verdict: str) -> None:
    """Write the investigation record and the verdict (IV-04, IV-09, IV-15, IV-17, IV-18)."""
    _check_shares(values["responsibility"])
    row = next(iter(Investigation.of(case.complaint, state=Investigation.State.OPEN)), None)
    check_sources(values["sources"], row.depth if row else Depth.BASIC)
    if row is None:
        row = _open_round(
            case, mode=case.complaint.investigation_mode or terms.InvestigationMode.INDEPENDENT, depth=Depth.BASIC,
            proposed=proposed_depth(case.complaint), plan="", unit_ids=[],
        )  # fmt: skip
    row.seal_all(**{name: values[name] for name in RECORD_TEXTS})
    row.responsibility = [{"party": line["party"], "share": line["share"]} for line in values["responsibility"]]
    row.seal("responsibility_bases", "\n".join(line["basis"].replace("\n", " ") for line in values["responsibility"]))
    row.seal("responsibility_names", "\n".join(line["who"].replace("\n", " ") for line in values["responsibility"]))
    row.sources = [{"source": line["source"], "state": line["state"]} for line in values["sources"]]
    row.seal("source_reasons", "\n".join(line["reason"].replace("\n", " ") for line in values["sources"]))
    row.objectivity = {one.name: values[one.name] for one in OBJECTIVITY}
    row.loss = [{"claimed": line["claimed"], "assessed": line["assessed"]} for line in values.get("loss", ())]
    row.seal("loss_items", "\n".join(line["item"].replace("\n", " ") for line in values.get("loss", ())))
    row.seal("loss_bases", "\n".join(line["basis"].replace("\n", " ") for line in values.get("loss", ())))
    row.seal_all(**{name: values.get(name, "") for name in ("reasons", "transfer_name", "transfer_contact")})
    row.bases, row.verdict = values["bases"], verdict
    row.state, row.concluded_by, row.concluded_at = Investigation.State.CONCLUDED, case.actor.id, case.at
    row.save()
    case.fact("investigation", row.pk)
    case.set("verdict", verdict)
    case.set("answered_at", None)


def check_sources(lines: list[dict[str, Any]], depth: str) -> None:
    """Every source on the checklist of this depth is answered, each once; one that was not collected says why (IV-06, IV-07).

    Raises InvalidInput.
    """
    named = [line["source"] for line in lines]
    if missing := [code for code in checklist.needed_at(depth) if code not in named]:
        sentence = _("Say of each of these what came of it: %(names)s.")
        words = listed(checklist.name_of(code) for code in missing)
        raise InvalidInput({"sources": InvalidValue(sentence, code="sources_missing", names=words)})
    if twice := {code for code in named if named.count(code) > 1 and code != "other"}:
        sentence = _("Named twice: %(names)s.")
        words = listed(checklist.name_of(code) for code in sorted(twice))
        raise InvalidInput({"sources": InvalidValue(sentence, code="sources_twice", names=words)})
    wrong: dict[int, dict[str, TingsuError]] = {
        index: {"reason": InvalidValue(code="required")}
        for index, line in enumerate(lines)
        if line["state"] != "collected" and not line["reason"]
    }
    if wrong:
        raise InvalidInput({"sources": RowsInvalid(wrong)})


def _check_shares(lines: list[dict[str, Any]]) -> None:
    """Shares make the whole, each party once; two of a kind, such as two departments, are named apart; where it is divided, each
    says on what basis (IV-15). Raises InvalidInput.
    """
    parties = [(line["party"], fold(line["who"])) for line in lines]
    if sum(line["share"] for line in lines) != 100 or len(set(parties)) != len(parties):
        sentence = _("Name each party once; the shares together make 100 %.")
        raise InvalidInput({"responsibility": InvalidValue(sentence, code="shares")})
    kinds = Counter(line["party"] for line in lines)
    unnamed: dict[int, dict[str, TingsuError]] = {
        index: {"who": InvalidValue(_("Say which one: several of this kind are responsible."), code="required")}
        for index, line in enumerate(lines)
        if kinds[line["party"]] > 1 and not line["who"]
    }
    if unnamed:
        raise InvalidInput({"responsibility": RowsInvalid(unnamed)})
    unsaid: dict[int, dict[str, TingsuError]] = {
        index: {"basis": InvalidValue(_("Say on what this share rests."), code="required")}
        for index, line in enumerate(lines)
        if len(lines) > 1 and not line["basis"]
    }
    if unsaid:
        raise InvalidInput({"responsibility": RowsInvalid(unsaid)})


def categorised(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.categories:
        return []
    return [Unmet("no_category", _("choose at least one of the 35 problem categories first"))]


def find_founded(case: Case, values: Values) -> None:
    """P08 成立: to handling."""
    _conclude(case, values, terms.Verdict.FOUNDED)


FIND_FOUNDED = Step(
    id="P08",
    name="find_founded",
    of_body=True,
    decides=True,
    event="complaint.found_founded",
    label=_("Conclude: founded"),
    sources=(State.INVESTIGATING,),
    target=State.HANDLING,
    who=("investigator",),
    guards=(independent, tasks_answered, basis_cited, categorised, objective),
    stops=("investigation",),
    starts=("solution",),
    main=True,
    guide=_("Gather facts from every source of the plan, hear both sides, then conclude with cause and basis."),
    clause="ISC 9.2.3; SZ 6(6); CTS 8.3",
    effect=find_founded,
    beside=("matter", "tasks"),
    first=record_before,
    fields=(
        *REPORT,
        BASES,
        Field(
            name="loss",
            label=_("Loss claimed and assessed"),
            kind="rows",
            rows=(
                Field(name="item", label=_("Item"), required=True),
                Field(name="claimed", label=_("Claimed (yuan)"), kind="money", required=True),
                Field(name="assessed", label=_("Assessed (yuan)"), kind="money", required=True),
                Field(name="basis", label=_("Basis"), required=True),
            ),
        ),
    ),
)


@asks_who
def supervisor_if_high_risk(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """P09: the investigator's own conclusion, which a supervisor confirms in a high-risk case."""
    if case.complaint.grade != Grade.HIGH_RISK:
        if case.actor.id == case.complaint.owner_id:
            return []
        sentence = _("the investigator concludes; a supervisor confirms only in a high-risk case")
        return [Unmet("investigator_only", sentence)]
    if case.actor.has_role("supervisor"):
        if case.actor.id != case.complaint.owner_id or alone.warned(case, "own_work"):
            return []
        sentence = _("you investigated this high-risk case: another supervisor confirms that it is not founded")
        return [Unmet("own_investigation", sentence)]
    return [Unmet("supervisor_only", _("in a high-risk case a supervisor confirms that the complaint is not founded"))]


def find_unfounded(case: Case, values: Values) -> None:
    """P09 不成立: to the answer; for not ours with the transfer channel (IV-11, AS-14)."""
    if values["verdict"] == terms.Verdict.NOT_OURS:
        partners.name_transfer(case, values)
    _conclude(case, values, values["verdict"])


FIND_UNFOUNDED = Step(
    id="P09",
    name="find_unfounded",
    of_body=True,
    decides=True,
    event="complaint.found_unfounded",
    label=_("Conclude: not founded"),
    sources=(State.INVESTIGATING,),
    target=State.ANSWERING,
    who=("investigator", "supervisor"),
    guards=(independent, tasks_answered, basis_cited, objective, supervisor_if_high_risk),
    stops=("investigation", "repeat_solution"),
    starts=("answer",),
    clause="ISC 9.2.3; SVC 3.1.3",
    effect=find_unfounded,
    beside=("matter", "tasks"),
    first=record_before,
    fields=(
        Field(
            name="verdict",
            label=_("Conclusion"),
            kind="choice",
            required=True,
            options=(("unfounded", _("Unfounded")), ("not_ours", _("Not our responsibility"))),
        ),
        *REPORT,
        BASES,
        Field(name="reasons", label=_("Reasons, in words for the complainant"), kind="longtext", required=True),
        *partners.transfer_fields(("verdict", "not_ours")),
    ),
)


STEPS = (FIND_FOUNDED, FIND_UNFOUNDED)
