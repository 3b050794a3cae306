"""How the rulebooks of aftercare are edited."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare import rules
from tingsu.aftercare.response import response_words
from tingsu.complaints.rulebook_pages import Column, Editor

AFTERCARE = Editor(
    app="aftercare",
    kind=rules.AFTERCARE,
    slug="rating",
    title=_("Rating and callback"),
    intro=_("When a rating counts as low, how often we try to call back, and how we encourage people to rate."),
    columns=(
        Column(name="callback_attempts", label=_("Callback attempts before closing without an answer"), kind="number"),
        Column(name="low_rating", label=_("A rating is low up to"), kind="number"),
        Column(name="satisfied_rating", label=_("Satisfied from"), kind="number"),
        Column(name="reminder_after_days", label=_("Reminder to rate after days"), kind="number"),
        Column(name="no_reminder", label=_("No reminder at all"), kind="flag"),
        Column(
            name="short_form",
            label=_("Only the overall question"),
            kind="flag",
            hint=_("The page then asks for one of five faces and words; the callback asks for the single sides."),
        ),
        Column(
            name="thanks",
            label=_("Thanks after a rating"),
            kind="both",
            required=False,
            hint=_("Empty: “Thank you for your rating.”"),
        ),
    ),
    remarks=response_words,
)
RETENTION = Editor(
    app="aftercare",
    kind=rules.RETENTION,
    slug="retention",
    title=_("Record classes and retention"),
    intro=_("No document states a period: three years after closing are shipped; confirm or change them."),
    entries="classes",
    columns=(
        Column(name="code", label=_("Code")),
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(name="years", label=_("Years kept"), kind="number"),
        Column(name="start", label=_("Years count from"), kind="choice", options=rules.STARTS),
        Column(name="end", label=_("At the end"), kind="choice", options=rules.END_ACTIONS),
        *(Column(name=f"steps.{step}", label=label, kind="long") for step, label in rules.STEPS.items()),
    ),
)
