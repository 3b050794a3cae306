"""Who knows whether a staff level has been earned (PE-05, PE-30): the app above that keeps the assessments."""

import uuid
from collections.abc import Callable

Earned = Callable[[uuid.UUID, str], bool]
_known: list[Earned] = []


def declare(earned: Earned) -> None:
    """Say whether a member may be given a level: assessed with evidence for every criterion, or not yet kept on file. One app."""
    if _known:
        raise RuntimeError("two apps know which staff levels are earned")
    _known.append(earned)


def earned(member_id: uuid.UUID, level: str) -> bool:
    return all(one(member_id, level) for one in _known)
