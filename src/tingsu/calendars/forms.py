"""The door for people: a calendar edited as text that can be read aloud, and a year pasted as it was published."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import DayEnds
from tingsu.calendars.body import WEEKDAYS, read_blocks, weekday_label, write_minute
from tingsu.calendars.checks import problems_of
from tingsu.calendars.year_text import LONGEST_TEXT
from tingsu.pages import lists
from tingsu.pages.fields import TextField
from tingsu.pages.rulebooks import PublishingForm

HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~至]\s*(\d{1,2}:\d{2})")
LEFT_OVER = re.compile(r"[^\s,，;；、]")


def hours_text(pairs: list[list[str]]) -> str:
    """Stretches of a day as people write them: 09:00-12:00, 13:30-18:00."""
    return ", ".join(f"{start}-{end}" for start, end in pairs)


class HoursField(TextField):
    """Stretches of working time of one day; empty is a day off."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, **kwargs)

    def clean(self, value: Any) -> list[list[str]]:
        text = super().clean(value).replace("：", ":")
        pairs = [list(match) for match in HOURS.findall(text)]
        if LEFT_OVER.search(HOURS.sub("", text)):
            raise ValidationError(_("Write stretches like 09:00-12:00, 13:30-18:00. Leave it empty for a day off."))
        try:
            blocks = read_blocks(pairs)
        except ValueError as error:
            raise ValidationError(
                _("Each stretch must end after it begins, at 24:00 at the latest, and none may overlap.")
            ) from error
        return [[write_minute(block.start), write_minute(block.end)] for block in blocks]


class CalendarForm(PublishingForm):
    """A draft of the working calendar. The days of the years are kept; they have a page of their own."""

    time_zone = TextField(
        label=_("Time zone"),
        max_length=60,
        help_text=_("Days begin and end here, for example Asia/Shanghai."),
    )
    mon = HoursField(label=_("Monday"))
    tue = HoursField(label=_("Tuesday"))
    wed = HoursField(label=_("Wednesday"))
    thu = HoursField(label=_("Thursday"))
    fri = HoursField(label=_("Friday"))
    sat = HoursField(label=_("Saturday"))
    sun = HoursField(label=_("Sunday"))
    make_up = HoursField(
        label=_("Make-up workdays"), help_text=_("Weekend days on which people work in exchange for a holiday.")
    )
    day_ends = forms.ChoiceField(
        label=_("A limit in working days ends"),
        choices=[
            (DayEnds.BUSINESS, _("when business ends on its last day")),
            (DayEnds.MIDNIGHT, _("at 24:00 of its last day")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, body: dict[str, Any], **kwargs: Any) -> None:
        initial = {
            "time_zone": body["time_zone"],
            "day_ends": body["day_ends"],
            "make_up": hours_text(body["make_up"]),
            **{day: hours_text(body["week"][day]) for day in WEEKDAYS},
        }
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.body = body

    def clean_time_zone(self) -> str:
        """Refuse a zone that no clock knows."""
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise ValidationError(
                _("The time zone “%(zone)s” is not known. Use a name such as Asia/Shanghai."), params={"zone": zone}
            )
        return zone

    def clean(self) -> dict[str, Any]:
        """Put the draft together and check it as a whole."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            nobody_works = not any(cleaned[day] for day in WEEKDAYS)
            for problem in problems_of(self.draft()):
                self.add_error("mon" if nobody_works else None, problem)
        return cleaned

    def draft(self) -> dict[str, Any]:
        """The body to publish."""
        cleaned = self.cleaned_data
        return {
            **self.body,
            "time_zone": cleaned["time_zone"],
            "day_ends": cleaned["day_ends"],
            "week": {day: cleaned[day] for day in WEEKDAYS},
            "make_up": cleaned["make_up"],
        }


class YearForm(PublishingForm):
    """The official days of one year, pasted or uploaded as text."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    text = TextField(
        label=_("Days off and make-up workdays"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "Paste the State Council's notice, or one line per day or stretch: 2027-10-01~2027-10-07 休 国庆节, "
            "2027-10-09 班 国庆节. English works too: off, work."
        ),
    )
    upload = forms.FileField(
        label=_("or a file"),
        required=False,
        help_text=_("A text, CSV in UTF-8 or GBK, or XLSX, at most 100 kB."),
        widget=forms.FileInput(attrs={"accept": lists.ACCEPT}),
    )
    source = TextField(
        label=_("Where it was published"),
        max_length=200,
        help_text=_("For example the number and date of the notice."),
    )

    def clean(self) -> dict[str, Any]:
        """Take the text from the file when one was given."""
        cleaned = super().clean() or self.cleaned_data
        if upload := cleaned.get("upload"):
            cleaned["text"] = self._decoded(upload)
        elif not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Paste the days of the year, or choose a file."))
        return cleaned

    def _decoded(self, upload: Any) -> str:
        if upload.size > 100_000:
            self.add_error("upload", _("This file is larger than 100 kB. Choose a file with the days of one year."))
            return ""
        try:
            return lists.lines_of_file(upload.read())
        except lists.ListRefused as error:
            self.add_error("upload", str(error))
            return ""


def weekday_rows(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The hours of each weekday and of make-up workdays, for reading."""
    rows = [(weekday_label(day), hours_text(body["week"][day])) for day in WEEKDAYS]
    return [*rows, (weekday_label("make_up"), hours_text(body["make_up"]))]
