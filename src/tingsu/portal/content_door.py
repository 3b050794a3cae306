"""The door for content: what must be said and proved before a right can be checked, and before removed content comes back (IN-11)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.fields.content import COUNTER, EXPERIENCE, KINDS
from tingsu.complaints.same_content import addresses
from tingsu.kernel.errors import InvalidValue, TingsuError
from tingsu.kernel.spelling import shows

CAUSE = "infringement"
EXPERIENCE_TYPE = "product"
"""Where a poor experience belongs among the problem types of the document."""
STATEMENT = _("I state that this is true, and that the right is mine or I may act for whoever holds it")
FILES = "files_missing"
"""The field under which the missing proof is told."""


def missing(body: Mapping[str, Any]) -> dict[str, TingsuError]:
    """What the second step still needs. Who reports a violation that does not concern them proves nothing."""
    story = body.get("story", {})
    kind = story.get("content_kind", "")
    found: dict[str, TingsuError] = {}
    if kind not in dict(KINDS):
        return {"content_kind": InvalidValue(_("Choose what is wrong with the content."), code="required")}
    if kind == EXPERIENCE or story.get("report") == "yes":
        return {}
    if not addresses(story.get("content_urls", "")):
        found["content_urls"] = InvalidValue(
            _("Give at least one address at which the content stands or stood."), code="required"
        )
    if kind != COUNTER:
        if not shows(story.get("rights_holder", "")):
            found["rights_holder"] = InvalidValue(_("Say whose right it is."), code="required")
        if not story.get("rights_basis"):
            found["rights_basis"] = InvalidValue(_("Choose the right concerned."), code="required")
    if story.get("rights_stated") != "yes":
        found["rights_stated"] = InvalidValue(_("Without this statement the right cannot be checked."), code="required")
    if not body.get("files"):
        found[FILES] = InvalidValue(
            _(
                "Add proof of who you are and of the right: identity or business licence, registration, power of attorney."
            ),
            code="required",
        )
    return found
