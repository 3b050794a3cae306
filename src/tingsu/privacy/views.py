"""Pages of privacy: the access log, and the table of personal fields (PS-05, PS-06)."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tingsu.pages.pager import PARAMETER, pager
from tingsu.people.access import Can, actor_for
from tingsu.people.programs import programs
from tingsu.privacy import queries
from tingsu.privacy.fields import FIELD_LABELS, PERSON, TABLE, Sight, Viewer, party_fields

SIGHT_WORDS = {
    Sight.CLEAR: _("in full"),
    Sight.COVERED: _("in full, people masked"),
    Sight.MASKED: _("masked"),
    Sight.NEVER: _("never"),
}
VIEWER_WORDS = {
    Viewer.HANDLER: _("Handlers, leaders, mediators"),
    Viewer.HELPER: _("Departments and functions"),
    Viewer.CHECKER: _("Quality, audit, data security"),
    Viewer.COUNTER: _("Analysts"),
    Viewer.SELF: _("The person"),
    Viewer.OTHER_PARTY: _("Another party"),
    Viewer.PROGRAM: _("Programs"),
}


@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """Who opened what, newest first. Reading the log is not itself noted: it shows no personal data of complainants."""
    actor = actor_for(request, needs=Can.AUDIT)
    chosen = queries.Filter(
        member_id=_uuid(request.GET.get("member")),
        program=request.GET.get("program", "")[:12],
        what=request.GET.get("what", ""),
        stream_id=_uuid(request.GET.get("case")),
    )
    lines, page = queries.log_page(actor, chosen, request.GET.get(PARAMETER, ""))
    kept = {name: request.GET[name] for name in ("member", "program", "what", "case") if request.GET.get(name)}
    context = {
        "lines": lines,
        "pager": pager(request, page),
        "chosen": chosen,
        "kept": kept,
        "kinds": queries.WHAT_WORDS.items(),
        "readers": queries.readers(),
        "programs": programs(),
        "every_program": queries.EVERY_PROGRAM,
    }
    return render(request, "privacy/access_log.html", context)


@require_safe
def fields_page(request: HttpRequest) -> HttpResponse:
    """The table itself: every personal field with purpose and legal basis, and who sees it how (PS-05)."""
    actor_for(request, needs=Can.SETTINGS)
    rows = [
        {
            "subject": _("Everybody in a case") if subject == PERSON else queries.SUBJECT_WORDS[subject],
            "field": OWN_WORDS.get((subject, name)) or FIELD_LABELS[name],
            "rule": rule,
            "sights": [SIGHT_WORDS[rule.sights[viewer]] for viewer in VIEWER_WORDS],
        }
        for (subject, name), rule in sorted(TABLE.items(), key=lambda row: SUBJECTS.index(row[0][0]))
        if subject == PERSON or name not in party_fields() or subject in OF_THEIR_OWN
    ]
    return render(request, "privacy/fields.html", {"rows": rows, "viewers": VIEWER_WORDS.values()})


SUBJECTS = list(queries.SUBJECT_WORDS)
OF_THEIR_OWN = frozenset({"member", "file", "customer", "merchant", "order", "interaction"})
"""Who is no party of a case: their name or telephone is another field than a party's."""
OWN_WORDS = {
    ("demand", "detail"): _("Details"),
    ("history", "text"): _("Exchange with the complainant"),
    ("history", "note"): _("Internal notes"),
    ("letter", "body"): _("Text"),
    ("file", "name"): _("File name"),
}


def _uuid(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return None
