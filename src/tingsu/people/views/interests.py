"""Interests of members: declared on a page of one's own, ended by whoever manages people (IV-03)."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Stream
from tingsu.pages.fields import TextField
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people import queries
from tingsu.people.access import Can, actor_for
from tingsu.people.actions.interests import NAME_LIMIT, WORDS_LIMIT, declare_interest, end_interest
from tingsu.people.models import Interest, Member


class InterestForm(forms.Form):
    """In what somebody is not independent."""

    kind = forms.ChoiceField(label=gettext_lazy("Interest in"), choices=Interest.Kind.choices)
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), required=False, coerce=uuid.UUID, empty_value=None)
    name = TextField(
        label=gettext_lazy("Name of the firm or person"),
        required=False,
        max_length=NAME_LIMIT,
        help_text=gettext_lazy(
            "The whole name, as it would stand in a complaint. Kept encrypted and compared without being opened."
        ),
    )
    words = TextField(
        label=gettext_lazy("Which interest"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea,
        help_text=gettext_lazy("Such as: relative, former employer, shareholder, debt, close friend."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="interest-%s", **kwargs)
        units = [(str(unit.pk), in_language(unit.name)) for unit in queries.units()]
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What I have declared, and the form for another."""
    actor = actor_for(request, needs=Can.DESK)
    form = InterestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            declare_interest(
                actor=actor, kind=given["kind"], unit_id=given["unit"], name=given["name"], words=given["words"]
            )
            messages.success(request, _("Declared. Cases of this kind no longer come to you."))
            return HttpResponseRedirect(reverse("people:my_interests"), status=303)
    return form_page(request, "people/my_interests.html", {"form": form, "interests": lines_of(actor.id), "own": True})


@require_http_methods(["GET", "HEAD"])
def of_member(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """What a colleague has declared, for whoever manages people."""
    actor = actor_for(request, needs=Can.PEOPLE)
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    context = {
        "member": member,
        "interests": lines_of(member.pk),
        "may_end": member.pk != actor.id or queries.works_alone(),
    }
    return form_page(request, "people/member_interests.html", context)


@require_POST
def end(request: HttpRequest, interest_id: uuid.UUID) -> HttpResponse:
    actor = actor_for(request, needs=Can.PEOPLE)
    row = Interest.objects.filter(pk=interest_id).first()
    if row is None:
        raise NotFound
    with told(request, _("Ended. It stays in the history.")):
        end_interest(actor=actor, interest_id=row.pk, reason=request.POST.get("reason", ""))
    return HttpResponseRedirect(reverse("people:interests", args=[row.member_id]), status=303)


def lines_of(member_id: uuid.UUID | None) -> list[dict[str, Any]]:
    """Each interest in words, running ones first. Two queries."""
    rows = list(Interest.objects.filter(member_id=member_id).order_by("ended_at", "-declared_at"))
    if not rows:
        return []
    stream = Stream.objects.get(pk=member_id)
    found = []
    for row in rows:
        try:
            name = row.text("name", stream.key())
            words = row.text("words", stream.key())
        except Erased:
            name = words = ""
        about = queries.unit_name(row.unit_id) if row.unit_id else name
        found.append({"row": row, "about": about, "words": words, "ended_by": queries.staff_identity(row.ended_by_id)})
    return sorted(found, key=lambda line: line["row"].ended_at is not None)
