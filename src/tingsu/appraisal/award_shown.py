"""What the pages of awards show: the newest results, and of one award who is nominated, how far the jury is, and the result with its points."""

import uuid
from typing import Any

from tingsu.appraisal import nominees
from tingsu.kernel.actor import Actor
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people
from tingsu.privacy.masking import NOBODY
from tingsu.registers.covering import know
from tingsu.registers.declaration import CHECKERS, LEADERS, registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import address_of, seen, value_words

SHOWN = ("published", "conferred")
NEWEST = 12


def name(pk: Any) -> str:
    return people.staff_identity(uuid.UUID(str(pk)))


def shown(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Nominations with their merit; points only of those who won, and of all for whoever leads or audits; objections with their answers."""
    register, texts = registers()["award"], entry.worded_or_none() or {}

    def text(key: str) -> str:
        return seen(actor, register, entry, key.partition(".")[0], texts.get(key, ""), "page", NOBODY)

    winners = {int(place) for place in entry.codes.get("winners", ())}
    decided = entry.state in SHOWN
    points = nominees.points(entry) if decided else {}
    full = people.reads_all(actor, (*LEADERS, *CHECKERS))
    lines = []
    for place, line in enumerate(nominees.nominations(entry)):
        won = decided and place in winners
        lines.append(
            {
                "who": nominees.called(entry, place), "merit": text(f"nominations.{place}.merit"), "by": name(line["by"]), "on": line["on"],
                "won": won, "points": points[place] if decided and (full or won) else None,
            }
        )  # fmt: skip
    outcomes = {one.name: one for one in register.by_name["objections"].rows}
    objections = [
        {
            "by": name(line["by"]), "on": line["on"], "objection": text(f"objections.{place}.objection"),
            "outcome": value_words(outcomes["outcome"], line.get("outcome")), "answer": text(f"objections.{place}.answer"),
            "answered_by": name(line["answered_by"]) if line.get("answered_by") else "",
        }
        for place, line in enumerate(entry.codes.get("objections", ()))
    ]  # fmt: skip
    judged = {str(line["juror"]) for line in entry.codes.get("votes", ())}
    jury = [(name(pk), str(pk) in judged) for pk in entry.codes.get("jury", ())]
    return {
        "lines": sorted(lines, key=lambda one: (not one["won"], -(one["points"] or 0))), "jury": jury, "judged": len(judged), "decided": decided,
        "laudation": text("laudation") if decided else "", "objections": objections, "until": entry.codes.get("objections_until", ""),
    }  # fmt: skip


def standing(actor: Actor) -> dict[str, Any]:
    """The newest results, for everybody (PT-09): awards and innovations. Two queries."""
    rows = Entry.objects.filter(register__in=("award", "innovation"), state__in=(*SHOWN, "awarded", "ended"))
    found = []
    for row in know(list(rows.select_related("stream").order_by("-entered_at", "-pk")[:NEWEST])):
        texts, codes = row.written_or_none() or {}, row.codes
        who = codes.get("recipients") or codes.get("applicants", ())
        found.append(
            {
                "title": texts.get("title", row.number), "url": address_of(row), "who": listed(name(pk) for pk in who),
                "on": codes.get("given_on") or codes.get("published_on", ""), "state": row.get_state_display(),
                "open": row.state == "published", "until": codes.get("objections_until", ""),
            }
        )  # fmt: skip
    return {"results": found}
