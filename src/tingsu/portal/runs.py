"""Every write to `FormRun`: how far visitors came with the public form. It holds nothing of what they typed (IN-10)."""

import uuid

from tingsu.kernel.clock import now
from tingsu.portal.models import FormRun


def run_id(draft_id: uuid.UUID) -> uuid.UUID:
    """The run of a draft; known to whoever knows the draft only."""
    return uuid.uuid5(draft_id, "portal.run")


def begin(draft_id: uuid.UUID, *, cause: str, elder: bool, filled: str = "", site: str = "") -> None:
    """Somebody typed for the first time; photos that arrive at once begin one run."""
    at = now()
    made = FormRun(
        id=run_id(draft_id), begun_at=at, touched_at=at, cause=cause, elder=elder, filled=filled, site=site
    )  # fmt: skip
    FormRun.objects.bulk_create([made], ignore_conflicts=True)


def reach(draft_id: uuid.UUID, step: str, cause: str) -> None:
    """A step was left for the next one."""
    FormRun.objects.filter(pk=run_id(draft_id), sent_at=None).update(reached=step, cause=cause, touched_at=now())


def send(draft_id: uuid.UUID) -> None:
    """The complaint is registered."""
    FormRun.objects.filter(pk=run_id(draft_id), sent_at=None).update(sent_at=now(), reached="sent")


def leave(draft_id: uuid.UUID) -> None:
    """The writer threw the draft away."""
    FormRun.objects.filter(pk=run_id(draft_id), sent_at=None).update(left_at=now())
