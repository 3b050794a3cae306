"""Fields of forms into which people type: made plain as at every door, refused beyond their limit and never cut (docs/input.md)."""

from typing import Any

from django import forms

from tingsu.kernel.fingerprints import plain_email
from tingsu.kernel.spelling import tidy


class TextField(forms.CharField):
    """A text of one line, or of several where its widget is an area."""

    def to_python(self, value: Any) -> str:
        """What is kept of it. NUL signs are refused by Django's own check, which runs afterwards on what was typed."""
        text = super().to_python(value) or ""
        if "\x00" in text:
            return text
        return tidy(text, lines=isinstance(self.widget, forms.Textarea))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: browsers cut what is pasted, and tell nobody. The refusal counts instead."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class EmailField(forms.EmailField):
    """An address: wide signs, blanks and invisible signs of pasting go."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if "\x00" in text else plain_email(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}
