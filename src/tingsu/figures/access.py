"""Who reads figures: whoever may read reports and sees every complaint. A part of the cases would tell the counts of the rest (PS-11)."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tingsu.complaints.access import sees_everything
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.pages.export import Format
from tingsu.people.access import Can, actor_for, require
from tingsu.people.roles import Role
from tingsu.privacy.log import log_access
from tingsu.registers.declaration import LEADERS

WHO = (Role.ANALYST, Role.QA, *LEADERS)
"""Who enters values, keeps analyses and reads what they show."""
READERS = (*WHO, Role.AUDITOR)


def reader(request: HttpRequest) -> Actor:
    """The person behind a page of figures. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.REPORTS)
    if not sees_everything(actor):
        raise NotAllowed(_("Figures are counted from all complaints, and you see a part of them only."))
    return actor


def picturing(request: HttpRequest, what: str) -> Actor:
    """Somebody who fetches a chart as a picture; it is noted who fetched what. Raises NotAllowed."""
    actor = reader(request)
    require(actor, Can.EXPORT)
    log_access(actor, "exported", None, field=what)
    return actor


def exporting(request: HttpRequest, form: str, what: str) -> Format:
    """The form of a file of figures that somebody fetches; it is noted who fetched what. Raises NotAllowed, NotFound."""
    actor = reader(request)
    require(actor, Can.EXPORT)
    known: Format | None = "csv" if form == "csv" else "xlsx" if form == "xlsx" else None
    if known is None:
        raise NotFound
    log_access(actor, "exported", None, field=what)
    return known
