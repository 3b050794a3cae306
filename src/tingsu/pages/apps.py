from types import ModuleType

from django import forms
from django.apps import AppConfig
from django.core import validators


class PagesConfig(AppConfig):
    name = "tingsu.pages"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        """Forms of the framework refuse in the words of every other door (docs/input.md). Before any form is read: what a
        field says is settled when its form is.
        """
        super().__init__(app_name, app_module)
        from tingsu.kernel.errors import InvalidValue

        for field, code, ours in (
            (forms.Field, "required", "required"), (forms.EmailField, "invalid", "email"), (forms.DateField, "invalid", "date"),
            (forms.DateTimeField, "invalid", "datetime"), (forms.IntegerField, "invalid", "number"),
            (forms.ChoiceField, "invalid_choice", "choice"), (forms.MultipleChoiceField, "invalid_choice", "choice"),
            (forms.MultipleChoiceField, "invalid_list", "choice"),
        ):  # fmt: skip
            known = field.__dict__.get("default_error_messages", {})
            field.default_error_messages = {**known, code: InvalidValue.SENTENCES[ours]}
        validators.MinValueValidator.message = InvalidValue.SENTENCES["least"]
        validators.MaxValueValidator.message = InvalidValue.SENTENCES["most"]
