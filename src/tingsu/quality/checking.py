"""What happens in a check: opened for a case, scored with its evidence, told to whoever handled it, corrected and looked at again (QC-01 to QC-03)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Verdict
from tingsu.kernel import kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.privacy.models import AccessEntry
from tingsu.process.steps import Options, Step, asks_who, guard
from tingsu.process.values import RowsInvalid
from tingsu.quality import tasks
from tingsu.quality.cases import case_of
from tingsu.quality.drawing import is_fair, took_part
from tingsu.quality.models import Result
from tingsu.quality.plans import CALIBRATION, KINDS, PATROL, VERDICTS, plan_named, plans
from tingsu.quality.scorecards import CARDS, FULL, NONE, Item, items, reached, version
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import LEADERS, AtOnce
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.guards import member_id
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.owed import Owed
from tingsu.registers.saying import Said, says

NAME = "quality_check"
DUE, CORRECTION, RECHECK, RULING = "quality_check_due", "quality_correction", "quality_recheck", "quality_ruling"
OPEN, SEEING, JUDGING, BLIND, DIFFERS, DISPUTED, CORRECTING, AGAIN, DONE = (
    "open", "seeing", "judging", "blind", "differs", "disputed", "correcting", "recheck", "done",
)  # fmt: skip
WAITING = (OPEN, SEEING, JUDGING)
"""Nobody has looked yet."""
FIRST = {PATROL: SEEING, VERDICTS: JUDGING}
SERIOUS = "serious"
FINDINGS = Owed(table="findings", timer=CORRECTION, called="what")


def of_items(entry: Any) -> Options:
    """Items of the scorecard of a check; outside of one those of all cards."""
    card = entry.codes.get("card", "") if isinstance(entry, Entry) else ""
    return tuple((one.code, f"{one.code} {one.name}") for one in items(card))


def of_plans(entry: Any) -> Options:
    """Plans in use."""
    return tuple((one.code, f"{one.code} {one.name}") for one in plans())


def opened(made: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A check begins: of which case and whose work, by which card. Raises InvalidInput for a number of no complaint one may see."""
    if values.get("number"):
        _name_case(made, values["number"])
    plan = plan_named(values.get("plan") or "")
    drawn = made.actor.kind == "system"  # whoever opens one by hand has chosen the case, whatever plan is named
    made.put("fair", bool(drawn and plan and is_fair(plan)) or None)
    if values["kind"] in FIRST:
        made.move_to(FIRST[values["kind"]])
    if values.get("card"):
        made.put("card_version", version())
        made.put("scores", [{"item": one.code} for one in items(values["card"])])


def given(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """Handed over, with another day; a check that names no case yet is given one. Raises InvalidInput."""
    if not values["number"]:
        return
    if checked.entry.codes.get("case"):
        raise InvalidInput({"number": InvalidValue(_("This check is of a case already."), code="choice")})
    _name_case(checked, values["number"])


def _name_case(made: OpenedEntry, number: str) -> None:
    found = kinds.find_number(made.actor, number)
    complaint = Complaint.objects.filter(pk=found.id).first() if found else None
    if complaint is None:
        raise InvalidInput({"number": InvalidValue(_("No complaint that you may see has this number."), code="choice")})
    made.put("case", complaint.pk)
    if made.entry.codes.get("kind") != CALIBRATION:
        made.put("handler", complaint.owner_id)
        if posts := people.posts_of(complaint.owner_id):
            made.put("department", posts[0].unit_id)
    link_opened(made, complaint.pk, "about")


@says(NAME)
def _about(told: Mapping[str, Any]) -> str:
    card = CARDS.get(told.get("card", ""), "")
    return " · ".join(str(one) for one in (told["number"], KINDS[told["kind"]], card) if one)


def said(number: str, kind: str, card: str) -> Said:
    """What a check that the system opens is called."""
    return Said(NAME, {"number": number, "kind": kind, "card": card})


def scored(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """The marks of every item; the result is told to whoever handled the case, or waits for the second reviewer. Raises InvalidInput."""
    _mark(checked, values["scores"])
    if checked.entry.codes["kind"] == CALIBRATION:
        _wait_for_twin(checked)
        return
    _told(checked, values["findings"])


def looked(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """A case seen on a patrol: nothing to find, or findings."""
    checked.put("passed", not values["findings"])
    _told(checked, values["findings"])


def _mark(checked: OpenedEntry, lines: list[dict[str, Any]]) -> None:
    known = items(checked.entry.codes["card"])
    marks = _marks(known, lines)
    percent, passed = reached(known, marks)
    checked.put("card_version", version())
    checked.put("percent", percent)
    checked.put("passed", passed)
    checked.fact("marks", marks)


def _marks(known: list[Item], lines: list[dict[str, Any]]) -> dict[str, str]:
    """Each item once; what is not met in full says on what that rests. Raises InvalidInput."""
    wrong: dict[int, dict[str, Any]] = {}
    marks: dict[str, str] = {}
    for place, line in enumerate(lines):
        item, mark = str(line["item"]), str(line["mark"])
        if item in marks:
            wrong.setdefault(place, {})["item"] = InvalidValue(_("This item stands here twice."), code="twice")
        if mark not in {str(FULL), NONE} and not line["event"] and not line["remark"]:
            wrong.setdefault(place, {})["event"] = InvalidValue(
                _("Say what it rests on: an event of the case, or what was seen."), code="required"
            )
        marks[item] = mark
    if wrong:
        raise InvalidInput({"scores": RowsInvalid(wrong)})
    if left := [one.code for one in known if one.code not in marks]:
        sentence = _("Not every item is marked: %(items)s are missing.")
        raise InvalidInput({"scores": InvalidValue(sentence, code="missing", items=", ".join(left))})
    return marks


def _told(checked: OpenedEntry, findings: list[dict[str, Any]]) -> None:
    """The result stands: whoever handled the case sees it and may answer; what was found begins to be corrected."""
    codes = checked.entry.codes
    if codes.get("passed") is False and not findings:
        raise InvalidInput({"findings": InvalidValue(_("Not passed: say what is to be corrected."), code="required")})
    _keep_result(checked)
    if handler := codes.get("handler"):
        checked.put("shown_to", handler)
        checked.tell([one for one in [uuid.UUID(handler)] if one != checked.actor.id], "scored")
    if not findings:
        checked.move_to(DONE)
        return
    checked.move_to(CORRECTING)
    FINDINGS.begin(checked)
    for place, line in enumerate(findings):
        if line["severity"] == SERIOUS:
            tasks.open_nonconformity.defer(check_id=str(checked.entry.pk), place=place)


def _keep_result(checked: OpenedEntry, marks: Mapping[str, str] | None = None) -> None:
    """The row by which results are compared; `marks` where they are not those of a scorecard."""
    codes = checked.entry.codes
    Result.objects.update_or_create(
        pk=checked.entry.pk,
        defaults={
            "complaint_id": uuid.UUID(codes["case"]), "round_id": round_id(checked.entry), "kind": codes["kind"],
            "card": codes.get("card", ""), "handler_id": codes.get("handler"), "reviewer_id": checked.actor.id,
            "percent": codes.get("percent"), "passed": codes.get("passed"), "fair": bool(codes.get("fair")),
            "marks": _marks_of(codes) if marks is None else marks,
            "on": local_date(checked.at, current_organisation().time_zone),
        },
    )  # fmt: skip


def _marks_of(codes: Mapping[str, Any]) -> dict[str, str]:
    return {line["item"]: line["mark"] for line in codes.get("scores", ()) if "mark" in line}


def round_id(entry: Entry) -> uuid.UUID | None:
    """The round that a check belongs to."""
    return EntryLink.objects.filter(entry=entry, kind="follows").values_list("other_id", flat=True).first()


def _wait_for_twin(checked: OpenedEntry) -> None:
    """Of two reviewers each sees only the own marks until both have handed them in: then both stand open."""
    _keep_result(checked)
    checked.move_to(BLIND)
    _look_at_twins(checked)


def _look_at_twins(checked: OpenedEntry) -> None:
    tasks.open_up.defer(round_id=str(round_id(checked.entry) or checked.entry.pk), case=checked.entry.codes["case"])


def dropped(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """A calibration goes on without the reviewer whose check is given up: nobody waits for marks that never come."""
    if checked.entry.codes["kind"] == CALIBRATION and checked.entry.codes.get("case"):
        _look_at_twins(checked)


def nothing_found(actor: Actor, entry: Entry) -> list[AtOnce]:
    """On a patrol one key says that there is nothing to find, and leads to the next case."""
    return [AtOnce(step="look", key="n", label=_("Nothing to find"))] if entry.state == SEEING else []


@guard("second_reviewer")
@asks_who
def second_reviewer(checked: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """In a calibration each marks the own copy, and nobody marks a case twice."""
    if checked.entry.codes.get("kind") != CALIBRATION:
        return []
    before = Result.objects.filter(
        kind=CALIBRATION, complaint_id=checked.entry.codes.get("case"), reviewer_id=checked.actor.id,
        round_id=round_id(checked.entry),
    )  # fmt: skip
    if checked.entry.owner_id == checked.actor.id and not before.exists():
        return []
    return [
        Unmet("second_reviewer", _("a calibration is marked by the reviewer it was given to, each case once"), guard="")
    ]


@guard("only_handler")
@asks_who
def only_handler(checked: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whose work was checked answers, once."""
    codes = checked.entry.codes
    if codes.get("answered") or codes.get("shown_to") != str(checked.actor.id):
        return [Unmet("not_asked", _("only whoever handled the case answers, and once"), guard="")]
    return []


def answered(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """Whoever handled the case accepts the result, or objects: then somebody else than the reviewer rules."""
    checked.put("answered", True)
    if values["stance"] != "objects":
        return
    checked.put("back", checked.entry.state)
    checked.move_to(DISPUTED)
    _wait_for_ruling(checked, *(checked.entry.hands.get(step) for step in ("score", "look")))


def _wait_for_ruling(checked: OpenedEntry, *reviewers: str | None) -> None:
    """The ruling is owed by somebody who leads and may give it: neither reviewer nor anybody who had a part in the case."""
    complaint, mine = case_of(checked.entry), {member_id(one) for one in reviewers}
    able = [one.pk for role in LEADERS for one in people.active_members(roles=(role,)) if one.pk not in mine]
    checked.start(RULING, owner_id=next((one for one in able if not (complaint and took_part(one, complaint))), None))


def ruled(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """The marks as they stand after the objection; findings that do not stand fall, with what was owed."""
    if values["scores"]:
        _mark(checked, values["scores"])
    if values["withdrawn"]:
        checked.end(CORRECTION, "cancelled")
        checked.end(RECHECK, "cancelled")
        if not checked.entry.codes.get("card"):
            checked.put("passed", True)
    _keep_ruled(checked)
    checked.move_to(DONE if values["withdrawn"] else checked.entry.codes["back"])
    checked.tell([uuid.UUID(checked.entry.codes["shown_to"])], "ruled")


def _keep_ruled(checked: OpenedEntry) -> None:
    codes = checked.entry.codes
    Result.objects.filter(pk=checked.entry.pk).update(
        percent=codes.get("percent"), passed=codes.get("passed"), marks=_marks_of(codes)
    )


def corrected(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """One correction is made; with the last one somebody else looks again."""
    if FINDINGS.finish(checked, values["finding"]):
        checked.move_to(AGAIN)
        checked.start(RECHECK)


def found_again(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """Looked at again, it is not corrected: owed anew by another day."""
    checked.move_to(CORRECTING)
    FINDINGS.begin(checked, values["again_by"])


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Whoever handled the case, once the result is told, and who owes a correction."""
    return tuple({*([codes["shown_to"]] if codes.get("shown_to") else []), *FINDINGS.doers(codes)})


def judged(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """What the evidence alone says, held against the verdict that stands (QC-10)."""
    complaint = case_of(checked.entry)
    assert complaint is not None  # noqa: S101 asked by a guard
    own, recorded = str(values["own_verdict"]), str(complaint.verdict)
    checked.put("blind", not _read_before(checked, complaint.pk))
    checked.put("recorded", recorded)
    checked.put("passed", own == recorded)
    _keep_result(checked, {"own": own, "recorded": recorded})
    checked.move_to(DONE if own == recorded else DIFFERS)
    if own != recorded:
        _wait_for_ruling(checked, str(checked.actor.id))


def _read_before(checked: OpenedEntry, case: uuid.UUID) -> bool:
    """Did the reviewer open the case, where the verdict stands, after the check was given to them? One query."""
    opened_it = AccessEntry.objects.filter(stream_id=case, actor_id=checked.actor.id, what="opened")
    return opened_it.filter(at__gte=checked.entry.opened_at).exists()


def decided(checked: OpenedEntry, values: dict[str, Any]) -> None:
    """Somebody who leads says whether the verdict stands. One that does not is a nonconformity; it is handled anew where the complainant
    is worse off by it.
    """
    stands = values["stands"] == "stands"
    checked.put("passed", stands)
    Result.objects.filter(pk=checked.entry.pk).update(passed=stands)
    if not stands:
        tasks.open_nonconformity.defer(check_id=str(checked.entry.pk), place=-1)
        if values["worse_off"]:
            tasks.handle_anew.defer(check_id=str(checked.entry.pk))


def verdict_words(code: str) -> str:
    """A verdict in words."""
    return str(Verdict(code).label) if code in Verdict.values else pgettext("verdict", "None")
