"""Widgets drawn in Python read letter for letter as Django's own templates draw them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from tingsu.pages.widgets import DRAWN, Widgets

CHOICES: list[Any] = [
    ("", "—"), ("a<b", "甲 & 乙 \"丙\" '丁'"), (7, 1234567), (None, mark_safe("<b>bold</b>")), (True, gettext_lazy("Save")),
    ("组 <1>", [("x", "里面"), (2.5, 1234.5)]), (gettext_lazy("Close"), [("y", "另外")]),
]  # fmt: skip
ODD = {
    "class": 'a "b"',
    "data-when": False,
    "required": True,
    "data-n": 12,
    "title": mark_safe("&lt;ok&gt;"),
    "x<y": None,
}
WIDGETS: list[forms.Widget] = [
    forms.Select(ODD, CHOICES), forms.SelectMultiple({}, CHOICES), forms.NullBooleanSelect(), forms.Textarea(ODD),
    forms.TextInput(ODD), forms.NumberInput(), forms.EmailInput(), forms.URLInput(), forms.PasswordInput(render_value=True),
    forms.DateInput(), forms.DateTimeInput(), forms.TimeInput(), forms.HiddenInput(), forms.CheckboxInput(ODD),
    forms.RadioSelect(ODD, CHOICES), forms.MultipleHiddenInput(), forms.ClearableFileInput(),
    forms.SplitDateTimeWidget(), forms.CheckboxSelectMultiple({}, CHOICES), forms.SelectDateWidget(years=(2026, 2027)),
]  # fmt: skip
VALUES: list[Any] = [
    None, "", "a<b", "  两行\n\"字\" & '号' ", 7, 1234567, 0, 2.5, True, False, mark_safe("<i>x</i>"), ["a<b", "7"], "<script>",
    gettext_lazy("Save"),
]  # fmt: skip


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
def test_a_widget_reads_as_djangos_template_draws_it(widget: forms.Widget) -> None:
    drawn = 0
    for language in ("zh-hans", "en"):
        for value in VALUES:
            for attributes in ({"id": "f-<1>"}, {"aria-invalid": "true", "placeholder": "\"'"}):
                with override(language):
                    try:
                        wanted = widget.render("line-0-<name>", value, attributes, renderer=DjangoTemplates())
                    except (TypeError, ValueError, AttributeError):
                        continue  # no value of this widget
                    assert widget.render("line-0-<name>", value, attributes, renderer=Widgets()) == wanted
                    drawn += 1
    assert drawn > len(VALUES)


def test_forms_are_drawn_so_and_a_select_with_options_of_its_own_is_left_to_its_template() -> None:
    class Odd(forms.Select):
        option_template_name = "django/forms/widgets/checkbox_option.html"

    assert isinstance(forms.renderers.get_default_renderer(), Widgets)
    assert "django/forms/widgets/select.html" in DRAWN
    odd = Odd({}, [("1", "一"), ("2", "二")])
    assert odd.render("n", "1", {}, renderer=Widgets()) == odd.render("n", "1", {}, renderer=DjangoTemplates())
    assert "<option" not in odd.render("n", "1", {}, renderer=Widgets())
