"""What the forms of casework hold before anybody typed: the record of the round before, to be confirmed or changed."""

from typing import Any

from tingsu.casework.depth import proposed_depth
from tingsu.casework.effects.investigation import RECORD_TEXTS
from tingsu.casework.models import Investigation
from tingsu.complaints.models import Complaint
from tingsu.kernel.crypto import Erased
from tingsu.privacy.masking import mask_text
from tingsu.process.registry import starts_with


@starts_with("accept")
def proposed(complaint: Complaint) -> dict[str, Any]:
    """The depth that the weight of the case proposes (IV-06), and the mode chosen before."""
    return {"depth": str(proposed_depth(complaint)), "mode": complaint.investigation_mode}


@starts_with("find_founded")
def before_founded(complaint: Complaint) -> dict[str, Any]:
    return record_before(complaint)


@starts_with("find_unfounded")
def before_unfounded(complaint: Complaint) -> dict[str, Any]:
    return record_before(complaint)


def record_before(complaint: Complaint) -> dict[str, Any]:
    """After an upgrade or a new round an unchanged record can be confirmed at once (P26).

    The objectivity check is made anew each time, and a text with personal data in it is not copied into a form.
    """
    concluded = Investigation.of(complaint, state=Investigation.State.CONCLUDED)
    row = max(concluded, key=lambda one: one.round, default=None)
    if row is None:
        return {}
    try:
        texts = {name: row.text(name) for name in (*RECORD_TEXTS, "reasons")}
        bases = row.text("responsibility_bases").splitlines()
    except Erased:
        return {}
    values: dict[str, Any] = {name: text for name, text in texts.items() if mask_text(text) == text}
    values["responsibility"] = [
        {**line, "basis": bases[position] if position < len(bases) else ""}
        for position, line in enumerate(row.responsibility)
    ]
    values["bases"] = row.bases
    return values
