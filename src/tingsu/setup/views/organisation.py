"""The organisation in the settings: what it says of itself, its mode, its history."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.kernel.events import event_kind
from tingsu.kernel.models import Event, Organisation, Stream
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people.access import Can, actor_for, may
from tingsu.people.queries import alias_of
from tingsu.setup import actions, enterprise
from tingsu.setup.forms import OrganisationForm, answers_of, columns_of

SHOWN = 30
COLUMNS_IN_WORDS = {
    "name": "name_zh", "time_zone": "time_zone", "language": "language", "hotline": "hotline", "email": "email",
    "address": "address_zh", "service_hours": "hours_zh", "public_url": "public_url", "host": "host",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_page(request: HttpRequest) -> HttpResponse:
    """Read by whoever opens the settings; changed by those who publish rules."""
    actor = actor_for(request, needs=Can.RULEBOOKS if request.method == "POST" else Can.SETTINGS)
    row = current_organisation()
    length = Stream.objects.filter(pk=row.pk).values_list("last_seq", flat=True).first() or 0
    initial = answers_of(row) | {"read_at": length}
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            values = columns_of(form.cleaned_data)
            actions.change_organisation(actor=actor, read_at=form.cleaned_data["read_at"], **values)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("setup:organisation"), status=303)
    context = {
        "form": form,
        "row": row,
        "may_change": may(actor, Can.RULEBOOKS),
        "missing": enterprise.not_conforming(row),
        "micro": row.profile == Organisation.Profile.MICRO,
        "history": _history(row),
    }
    return form_page(request, "setup/organisation.html", context)


@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Micro mode or full mode; nothing else changes."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    with told(request, _("Saved.")):
        actions.set_micro(actor=actor, micro=request.POST.get("micro") == "yes")
    return HttpResponseRedirect(reverse("setup:organisation"), status=303)


def _history(row: Organisation) -> list[dict[str, Any]]:
    events = list(Event.objects.filter(stream_id=row.pk).order_by("-seq")[:SHOWN])
    return [
        {
            "event": event,
            "who": _who(event),
            "words": event_kind(event.kind).words,
            "lines": list(_lines(event.body.get("set", {}))),
        }
        for event in events
    ]


def _who(event: Event) -> str:
    return alias_of(event.actor_id) if event.actor_kind == "member" else _("Tingsu")


def _lines(changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What a change did, field by field: label, old, new."""
    labels = OrganisationForm.base_fields
    found = []
    for name, change in changes.items():
        if not isinstance(change, list) or len(change) != 2:
            continue
        old, new = change
        if name == "enterprise":
            for fact in sorted((set(old) | set(new)) & set(labels)):
                before, after = _words(old.get(fact)), _words(new.get(fact))
                if before != after:  # what was never asked and what was left empty are told alike
                    found.append((str(labels[fact].label), before, after))
        else:
            label = labels[COLUMNS_IN_WORDS[name]].label if name in COLUMNS_IN_WORDS else _("Micro or full mode")
            found.append((str(label), _words(old), _words(new)))
    return found


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " / ".join(str(one) for one in value.values() if one) or "—"
    if isinstance(value, list):
        return listed(str(one) for one in value) or "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value) if value not in (None, "") else "—"
