"""What the page of an innovation shows: the feasibility as each juror saw it, input against output, and objections."""

import uuid
from typing import Any

from tingsu.kernel.actor import Actor
from tingsu.kernel.money import yuan
from tingsu.people import queries as people
from tingsu.privacy.masking import NOBODY
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import seen, value_words


def ratio(put_in: int, got_out: int) -> str:
    """Input against output, such as 1 : 3.2; cut, never rounded up. A dash where nothing goes in."""
    if put_in <= 0:
        return "–"
    tenths = 10 * got_out // put_in
    return f"1 : {tenths // 10}.{tenths % 10}"


def shown(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The opinions line by line, and of all of them together: sums of input and output, and their ratio (PE-24)."""
    register, texts = registers()["innovation"], entry.worded_or_none() or {}

    def text(key: str) -> str:
        return seen(actor, register, entry, key.partition(".")[0], texts.get(key, ""), "page", NOBODY)

    def words(table: str, name: str, line: dict[str, Any]) -> str:
        one = next(one for one in register.by_name[table].rows if one.name == name)
        return value_words(one, line.get(name))

    def who(pk: Any) -> str:
        return people.staff_identity(uuid.UUID(str(pk)))

    opinions = [
        {
            "juror": who(line["juror"]), "input": yuan(line["input"]), "output": yuan(line["output"]), "ratio": ratio(line["input"], line["output"]),
            "risk_level": words("opinions", "risk_level", line), "risk": text(f"opinions.{place}.risk"), "reach": words("opinions", "reach", line),
            "influence": text(f"opinions.{place}.influence"), "feasible": words("opinions", "feasible", line), "against": line["feasible"] == "no",
        }
        for place, line in enumerate(entry.codes.get("opinions", ()))
    ]  # fmt: skip
    lines = entry.codes.get("opinions", ())
    together = ratio(sum(one["input"] for one in lines), sum(one["output"] for one in lines)) if lines else ""
    objections = [
        {
            "by": who(line["by"]), "on": line["on"], "objection": text(f"objections.{place}.objection"),
            "outcome": words("objections", "outcome", line), "answer": text(f"objections.{place}.answer"),
            "answered_by": who(line["answered_by"]) if line.get("answered_by") else "",
        }
        for place, line in enumerate(entry.codes.get("objections", ()))
    ]  # fmt: skip
    decided = bool(entry.codes.get("published_on"))
    return {
        "opinions": opinions, "together": together, "jury": len(entry.codes.get("jury", ())), "laudation": text("laudation") if decided else "",
        "objections": objections, "until": entry.codes.get("objections_until", ""),
    }  # fmt: skip
