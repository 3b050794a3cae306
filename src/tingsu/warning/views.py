"""The chart of a warning as a picture."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.figures import pictures
from tingsu.figures.access import picturing
from tingsu.figures.fairness import SMALL
from tingsu.kernel.errors import NotFound
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.warning import shown
from tingsu.warning.watching import REGISTER


@never_cache
@require_GET
def picture(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The weeks of a warning. It leaves the centre: weeks of 1 to 4 complaints are gaps (MO-13)."""
    entry = get_entry(picturing(request, "warning"), registers()[REGISTER], number)
    found = shown.weeks_of(entry)
    if found is None:
        raise NotFound
    subject, ends, counts = found
    told = [None if 0 < count < SMALL else count for count in counts]
    return pictures.answer(entry.number, f"{subject} · {entry.number}", shown.chart_of(ends, told), form)
