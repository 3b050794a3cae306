"""The working calendar as the frame of rulebooks shows it."""

from django.forms import BoundField
from django.utils.translation import gettext_lazy

from tingsu.calendars.queries import KIND
from tingsu.clocks.differences import calendar_differences
from tingsu.pages.rulebooks import Book, PublishingForm
from tingsu.people.queries import alias_of

BOOK = Book(
    kind=KIND,
    title=gettext_lazy("Working calendar"),
    draft_title=gettext_lazy("Draft of the working calendar"),
    url_name="clocks:calendar",
    edit_url_name="clocks:edit_calendar",
    name_of=alias_of,
    differences=calendar_differences,
    holds=gettext_lazy("This version is in force."),
)


def own_fields(form: PublishingForm) -> list[BoundField]:
    """What the form asks beside when and why."""
    return [bound for bound in form if bound.name not in PublishingForm.base_fields]
