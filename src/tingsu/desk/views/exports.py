"""Fetching a case list that was asked for and approved."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from tingsu.desk import exports
from tingsu.desk.access import staff
from tingsu.kernel.errors import NotFound
from tingsu.pages.export import export
from tingsu.people.access import Can
from tingsu.privacy.log import log_access
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import register_named


@require_GET
def fetch(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The list as a file, for whoever asked, within its day; each fetching stands in the access log."""
    actor = staff(request, Can.EXPORT)
    register = register_named(exports.NAME)
    if register is None:
        raise NotFound
    entry = get_entry(actor, register, number)
    if form not in {"csv", "xlsx"} or not exports.may_fetch(actor, entry):
        raise NotFound
    mark = exports.mark_of(actor, entry)
    log_access(actor, "exported", entry.pk, field="complaint", purpose=entry.written()["purpose"])
    return export(str(entry.number), exports.columns(actor, mark), exports.rows_for(actor, entry), form, mark=mark)  # type: ignore[arg-type]
