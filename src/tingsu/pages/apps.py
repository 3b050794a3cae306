from django import forms
from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "tingsu.pages"

    def ready(self) -> None:
        """Forms of the framework refuse in the words of every other door (docs/input.md)."""
        from tingsu.kernel.errors import InvalidValue

        for field, code, ours in (
            (forms.Field, "required", "required"), (forms.EmailField, "invalid", "email"), (forms.DateField, "invalid", "date"),
            (forms.IntegerField, "invalid", "number"), (forms.ChoiceField, "invalid_choice", "choice"),
            (forms.MultipleChoiceField, "invalid_choice", "choice"), (forms.MultipleChoiceField, "invalid_list", "choice"),
        ):  # fmt: skip
            known = field.__dict__.get("default_error_messages", {})
            field.default_error_messages = {**known, code: InvalidValue.SENTENCES[ours]}
