"""The log of safekeeping, for whoever must show that copies are made, tried and kept on fresh media (RC-03)."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tingsu.ops.models import Safekeeping
from tingsu.ops.safekeeping import now
from tingsu.people.access import Can, actor_for

NEWEST = 50
KINDS = {
    Safekeeping.Kind.BACKUP: _("Backup"),
    Safekeeping.Kind.FIRM: _("One organisation taken out"),
    Safekeeping.Kind.DRILL: _("Restore drill"),
    Safekeeping.Kind.RESTORE: _("Restore"),
    Safekeeping.Kind.MEDIA: _("Media renewed"),
}
WANTED = (
    (Safekeeping.Kind.BACKUP, _("Last backup")),
    (Safekeeping.Kind.DRILL, _("Last restore drill")),
)


@require_safe
def safekeeping(request: HttpRequest) -> HttpResponse:
    """The newest entries, what is missing, and when media are due. Where copies lie is not shown: that is the machine's affair."""
    actor_for(request, needs=Can.SETTINGS)
    newest = list(Safekeeping.objects.order_by("-at")[:NEWEST])
    media = Safekeeping.objects.filter(kind=Safekeeping.Kind.MEDIA, due_on__isnull=False)
    context = {
        "rows": [_row(one) for one in newest],
        "last": [
            (label, Safekeeping.objects.filter(kind=kind, done=True).order_by("-at").first()) for kind, label in WANTED
        ],
        "media": [(one, _is_past(one.due_on)) for one in media.order_by("place", "-at").distinct("place")],
    }
    return render(request, "ops/safekeeping.html", context)


def _row(one: Safekeeping) -> dict[str, Any]:
    return {
        "at": one.at,
        "kind": KINDS[Safekeeping.Kind(one.kind)],
        "done": one.done,
        "bytes": one.bytes,
        "by": one.by,
        "said": one.told if one.kind in {Safekeeping.Kind.DRILL, Safekeeping.Kind.RESTORE} else "",
        "media": one.place if one.kind == Safekeeping.Kind.MEDIA else "",
        "due_on": one.due_on,
    }


def _is_past(day: date | None) -> bool:
    return day is not None and day <= now().date()
