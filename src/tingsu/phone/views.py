"""The settings of hotlines: the secret of each telephone system, how to try it, what it told last, and files of call records."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tingsu.kernel import links, once
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.punctuation import after_label, apart, listed
from tingsu.outside import table
from tingsu.pages.refusal import sentences_of, told
from tingsu.people.access import Can, actor_for
from tingsu.phone import importing, lines, signing
from tingsu.phone.lines import Hotline

SHOWN = 20
"""Refused lines that a page tells one by one."""
TEST = {"kind": "test"}


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every hotline of the catalogue: whether its telephone system tells us of calls, and how the last event fared."""
    actor_for(request, needs=Can.SETTINGS)
    rows = [{"hotline": one, "why": signing.WHY.get(one.line.why, "") if one.line else ""} for one in lines.hotlines()]
    return render(request, "phone/lines.html", {"rows": rows, "new_url": reverse("registers:new", args=["channel"])})


@require_GET
def line(request: HttpRequest, number: str) -> HttpResponse:
    """One hotline: where its events go, how to try it, the secret, records by file."""
    actor_for(request, needs=Can.SETTINGS)
    return _page(request, lines.hotline(number))


@require_POST
def secret(request: HttpRequest, number: str) -> HttpResponse:
    """A first secret, or a new one; shown once, on the answer. Asked for again by a reload no second one is made."""
    actor = actor_for(request, needs=Can.SETTINGS)
    found = lines.hotline(number)
    with once.sent(request, actor) as first:
        if not first:
            messages.info(
                request, _("This secret was made before; it is shown once only. Make a new one if it was not copied.")
            )
            return _back(number)
        made = lines.make_secret(actor, found)
    return _page(request, lines.hotline(number), secret=made.secret)


@require_POST
def off(request: HttpRequest, number: str) -> HttpResponse:
    """Take the telephone system off; what it told stays."""
    actor = actor_for(request, needs=Can.SETTINGS)
    with told(request, _("Its telephone system was taken off. The calls stay.")):
        lines.take_away(actor, lines.hotline(number))
    return _back(number)


@require_POST
def records(request: HttpRequest, number: str) -> HttpResponse:
    """Call records as a file: taken in line by line, with why each refused one is."""
    actor_for(request, needs=Can.SETTINGS)
    found, upload = lines.hotline(number), request.FILES.get("file")
    if upload is None:
        return _page(request, found, error=_("Choose a file."))
    if (upload.size or 0) > importing.MOST_BYTES:
        return _page(
            request,
            found,
            error=_("The file is larger than %(most)s MB. Divide it.") % {"most": importing.MOST_BYTES // 1_000_000},
        )
    try:
        read = table.read(upload.read())
        wanted = importing.records_of(read)
    except TingsuError as refused:
        return _page(request, found, error=next(iter(sentences_of(refused).values())))
    verdicts = importing.take_records(found, wanted)
    verdicts.left = importing.left_out(read.head)
    return _page(request, found, verdicts=verdicts)


def _back(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("phone:line", args=[number]), status=303)


def _page(
    request: HttpRequest,
    found: Hotline,
    *,
    secret: str = "",
    error: str = "",
    verdicts: importing.Verdicts | None = None,
) -> HttpResponse:
    path = reverse("phone_events", args=[found.entry.number])
    address = links.public(path) or request.build_absolute_uri(path)
    refused = [] if verdicts is None else [
        {"line": place, "why": apart(after_label(name, words) if name else words for name, words in sentences_of(one).items())}
        for place, one in verdicts.refused[:SHOWN]
    ]  # fmt: skip
    context: dict[str, Any] = {
        "found": found, "line": found.line, "address": address, "secret": secret, "error": error, "verdicts": verdicts,
        "refused": refused, "why": signing.WHY.get(found.line.why, "") if found.line else "", "trial": trial(address, secret), "at": now(),
        "titles": [(name, listed(titles)) for name, titles in importing.TITLES.items()], "once": once.fresh_key(),
        "channel_url": reverse("registers:entry", args=["channel", found.entry.number]), "most_lines": importing.MOST_LINES,
    }  # fmt: skip
    return render(request, "phone/line.html", context, status=422 if error else 200)


def trial(address: str, secret: str) -> str:
    """Lines for a shell that send a test event as the telephone system will: signed, with this moment."""
    body = json.dumps(TEST, separators=(",", ":"))
    return "\n".join(
        (
            f"secret='{secret or '<SECRET>'}'",
            f"body='{body}'",
            "t=$(date +%s)",
            's=$(printf \'%s.%s\' "$t" "$body" | openssl dgst -sha256 -hmac "$secret" -r | cut -d" " -f1)',
            f"curl -sS -X POST -H 'Content-Type: application/json' -H \"{signing.TIME}: $t\" \\",
            f'  -H "{signing.SIGNATURE}: v1=$s" --data-binary "$body" \'{address}\'',
        )
    )
