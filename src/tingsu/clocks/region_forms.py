"""The door for people: a regional calendar, with what it says itself beside the main one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.forms import CalendarForm
from tingsu.calendars.regions import BESIDE, HAS_OWN, OWN, hours_of, regions_of
from tingsu.clocks.region_words import places
from tingsu.pages.fields import TextField
from tingsu.people import queries as people

DAYS = (
    (BESIDE, _("those of the main calendar, and further ones of its own")),
    (OWN, _("its own alone, such as in another country")),
)


class RegionForm(CalendarForm):
    """A draft of one regional calendar. Zone and hours that are those of the main calendar follow it later too."""

    title_zh = TextField(label=_("Name in Chinese"), max_length=60)
    title_en = TextField(label=_("Name in English"), max_length=60)
    units = forms.MultipleChoiceField(
        label=_("Holds for limits of these units, and of those below them"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    places = forms.MultipleChoiceField(
        label=_("Holds for complaints of these provinces"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("A unit goes before a province: whoever answers for a limit works by the calendar of the unit."),
    )  # fmt: skip
    days = forms.ChoiceField(label=_("Its holidays are"), choices=DAYS, widget=forms.RadioSelect, initial=BESIDE)
    remove = forms.BooleanField(label=_("Remove this calendar; what was counted on it stays"), required=False)
    field_order = ("title_zh", "title_en", "places", "units", "days", "time_zone")

    def __init__(self, *args: Any, whole: dict[str, Any], code: str, **kwargs: Any) -> None:
        known = regions_of(whole).get(code)
        hours = hours_of(whole, code) if known else whole
        named = known["name"] if known else {}
        initial = {
            "title_zh": named.get("zh-Hans", ""),
            "title_en": named.get("en", ""),
            **({name: known[name] for name in ("units", "places", "days")} if known else {}),
            **kwargs.pop("initial", {}),
        }
        super().__init__(*args, body=hours, initial=initial, **kwargs)
        self.whole, self.code, self.known = whole, code, known
        offered: dict[str, Any] = {name: self.fields[name] for name in ("units", "places")}
        offered["units"].choices = [(str(unit.pk), people.unit_name(unit.pk)) for unit in people.units()]
        offered["places"].choices = list(places().items())
        if known is None:
            del self.fields["remove"]

    def draft(self) -> dict[str, Any]:
        """The whole calendar with this region in it, or without."""
        cleaned = self.cleaned_data
        regions = dict(regions_of(self.whole))
        if cleaned.get("remove"):
            regions.pop(self.code, None)
            return {**self.whole, "regions": regions}
        said = super().draft()
        regions[self.code] = {
            "name": {"zh-Hans": cleaned["title_zh"].strip(), "en": cleaned["title_en"].strip()},
            "units": sorted(cleaned["units"]),
            "places": sorted(cleaned["places"]),
            "days": cleaned["days"],
            "years": self.known["years"] if self.known else {},
            **{name: said[name] for name in HAS_OWN if said[name] != self.whole[name]},
        }
        return {**self.whole, "regions": regions}
