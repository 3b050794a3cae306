"""The events of signing."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import Audience, EventKind, Group, Personal, Told, declare
from tingsu.signing.words import title_of

BOTH = frozenset({Audience.STAFF, Audience.COMPLAINANT})


def _named(body: Mapping[str, Any]) -> Mapping[str, str]:
    return {"document": title_of(str(body.get("document") or body.get("values", {}).get("document", "")))}


declare(
    EventKind(
        name="complaint.document_signed",
        words=pgettext_lazy("event", "signed: %(document)s"),
        fills=_named,
        icon="edit",
        tone="done",
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.signature_asked",
        words=pgettext_lazy("event", "asked by a link for a signature: %(document)s"),
        fills=_named,
        icon="send",
        group=Group.TALK,
        audience=BOTH,
        told=Told(title=_("We asked you by a link to sign a document")),
    ),
    EventKind(
        name="complaint.signing_link_ended",
        words=pgettext_lazy("event", "took back a link for a signature"),
        icon="x",
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.signature_refused",
        words=pgettext_lazy("event", "noted that a side will not sign: %(document)s"),
        fills=_named,
        icon="x",
        group=Group.TALK,
        personal=Personal.TEXTS,
    ),
)
