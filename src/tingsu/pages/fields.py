"""Fields of forms into which people type: made plain as at every door, refused beyond their limit and never cut (docs/input.md)."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fingerprints import plain_email
from tingsu.kernel.spelling import DASHES, tidy

_DASHES = dict.fromkeys(map(ord, DASHES), "-")


class Longest(MaxLengthValidator):
    """Says what was counted in the words of every other door."""

    def __call__(self, value: Any) -> None:
        if (count := len(value)) > self.limit_value:
            sentence = InvalidValue.SENTENCES["too_long"]
            raise ValidationError(sentence, code=self.code, params={"count": count, "limit": self.limit_value})


class Typed(forms.CharField):
    """What the fields below share: no maxlength, because browsers cut what is pasted and tell nobody; the refusal counts instead."""

    default_error_messages = {"null_characters_not_allowed": InvalidValue.SENTENCES["nul"]}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.validators = [
            Longest(one.limit_value) if type(one) is MaxLengthValidator else one for one in self.validators
        ]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class TextField(Typed):
    """A text of one line, or of several where its widget is an area."""

    def to_python(self, value: Any) -> str:
        """What is kept of it. NUL signs are refused by Django's own check, which runs afterwards on what was typed."""
        text = super().to_python(value) or ""
        if "\x00" in text:
            return text
        return tidy(text, lines=isinstance(self.widget, forms.Textarea))


class PlainField(TextField):
    """A line that machines read, such as an address of the web or a number to dial: wide signs stand as plain ones."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return text if "\x00" in text else _plain(text)


class EmailField(Typed, forms.EmailField):
    """An address: wide signs, blanks and invisible signs of pasting go.

    No `type="email"`: a browser refuses wide signs before they come here, in its own language and in a bubble that passes.
    """

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if "\x00" in text else plain_email(text)


class CodeField(Typed, forms.SlugField):
    """A short name for addresses, sign-ins and rules: Latin letters, digits, hyphens. Wide signs of a Chinese keyboard are read."""

    default_error_messages = {"invalid": _("Use only the letters a to z, digits and hyphens.")}

    def to_python(self, value: Any) -> str:
        return _plain(super().to_python(value) or "")


def _plain(text: str) -> str:
    """As a keyboard without wide signs would have typed it; of the many dashes the plain one."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
