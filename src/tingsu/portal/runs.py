"""Every write to `FormRun`: how far visitors came with the public form. It holds nothing of what they typed (IN-10)."""

import uuid

from django.db.models import F

from tingsu.kernel.clock import now
from tingsu.portal.models import FormRun

MOST_REFUSED = 1_000


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


def refuse(draft_id: uuid.UUID, step: str) -> None:
    """A step came back with something to be mended (AI-13)."""
    name = {"story": "refused_story", "contact": "refused_contact"}.get(step)
    if name:
        rows = FormRun.objects.filter(pk=run_id(draft_id), sent_at=None, **{f"{name}__lt": MOST_REFUSED})
        rows.update(**{name: F(name) + 1})


def rate(draft_id: uuid.UUID, ease: int) -> bool:
    """How easy it was, said once by whoever sent it; False where it was said before (AI-13)."""
    rows = FormRun.objects.filter(pk=run_id(draft_id), sent_at__isnull=False, ease=None)
    return bool(rows.update(ease=ease))


def rated(draft_id: uuid.UUID) -> bool:
    """Has the writer of this draft nothing more to be asked about its ease?"""
    return not FormRun.objects.filter(pk=run_id(draft_id), sent_at__isnull=False, ease=None).exists()


def leave(draft_id: uuid.UUID) -> None:
    """The writer threw the draft away."""
    FormRun.objects.filter(pk=run_id(draft_id), sent_at=None).update(left_at=now())
