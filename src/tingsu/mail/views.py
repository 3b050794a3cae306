"""The mailboxes: which are read, how each fares, and a trial that says exactly what fails."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.letters import second_look
from tingsu.letters.providers import stays_here
from tingsu.mail import imap, polling
from tingsu.mail.events import EVENTS
from tingsu.mail.forms import MailboxForm
from tingsu.mail.mailboxes import FIELDS, agree, set_mailbox
from tingsu.mail.models import Mailbox
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people.access import Can, actor_for


@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Every mailbox with how the last visit went, and who changed what."""
    actor = actor_for(request, needs=Can.SETTINGS)
    rows = [
        {"row": row, "why": imap.WHY.get(row.why, row.why), "may_look": second_look.may_look(actor, row)}
        for row in Mailbox.objects.order_by("name")
    ]
    context = {"rows": rows, "stays_here": stays_here(), "folder": str(polling.drop_folder())}
    context["history"] = second_look.history(actor, EVENTS, MailboxForm)
    return render(request, "mail/mailboxes.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Another mailbox."""
    actor = actor_for(request, needs=Can.SETTINGS)
    today = local(now(), current_organisation().time_zone).date()
    return _form(request, actor, None, {"since": today})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, mailbox_id: uuid.UUID) -> HttpResponse:
    """Change one; its password is never shown again."""
    actor = actor_for(request, needs=Can.SETTINGS)
    mailbox = _mailbox(mailbox_id)
    return _form(request, actor, mailbox, {name: getattr(mailbox, name) for name in FIELDS})


@require_POST
def check(request: HttpRequest, mailbox_id: uuid.UUID) -> HttpResponse:
    """Try it now: address, connection, encryption, sign-in, folder, in this order, with the server's own words."""
    actor_for(request, needs=Can.SETTINGS)
    mailbox = _mailbox(mailbox_id)
    if stays_here():
        messages.error(request, _("This is the demo: no mailbox is asked."))
        return redirect("mail:mailboxes")
    trial = imap.try_out(polling.access_of(mailbox), mailbox.since)
    if trial.why:
        said = " · " + _("The server said: %(words)s") % {"words": trial.said} if trial.said else ""
        messages.error(request, after_label(mailbox.name, f"{imap.WHY[trial.why]}{said}"))
    else:
        words = ngettext(
            "it can be read; %(count)s mail lies there.", "it can be read; %(count)s mails lie there.", trial.count
        )
        fresh = ngettext(
            "%(count)s of them has come since %(day)s and is read.", "%(count)s of them have come since %(day)s and are read.", trial.fresh
        ) % {"count": trial.fresh, "day": mailbox.since.isoformat()}  # fmt: skip
        messages.success(request, after_label(mailbox.name, f"{words % {'count': trial.count}} {fresh}"))
    return redirect("mail:mailboxes")


@require_POST
def look(request: HttpRequest, mailbox_id: uuid.UUID) -> HttpResponse:
    """The second person lets a mailbox be read."""
    actor = actor_for(request, needs=Can.SETTINGS)
    with told(request):
        row = agree(actor=actor, mailbox_id=mailbox_id, read_at=request.POST.get("read_at", ""))
        messages.success(request, second_look.approved_words(row))
    return redirect("mail:mailboxes")


def _mailbox(mailbox_id: uuid.UUID) -> Mailbox:
    found = Mailbox.objects.filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound
    return found


def _form(request: HttpRequest, actor: Actor, mailbox: Mailbox | None, initial: dict[str, Any]) -> HttpResponse:
    others = Mailbox.objects.exclude(pk=mailbox.pk) if mailbox else Mailbox.objects.all()
    taken = frozenset(others.values_list("name", flat=True))
    unset = mailbox is None or mailbox.password is None
    form = MailboxForm(request.POST or None, initial=initial, fresh=unset, taken=taken)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            kept = set_mailbox(actor=actor, values=form.cleaned_data, mailbox_id=mailbox.pk if mailbox else None)
            messages.success(request, _("The mailbox is kept. Check now whether it can be read."))
            if kept.waits_since:
                messages.warning(
                    request, _("It is used after a second person has looked at it; those who may were told.")
                )
            return redirect("mail:mailboxes")
    return form_page(
        request,
        "mail/mailbox.html",
        {"form": form, "mailbox": mailbox, "many": mailbox.said if mailbox and mailbox.why == "many" else ""},
    )
