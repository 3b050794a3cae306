"""Field classes shared by every app."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("zh-Hans", "en")


class LocalisedField(models.JSONField):
    """A text people entered in two languages: {"zh-Hans": …, "en": …}. Shown by `in_language` with fallback."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ValidationError(_("Enter a text for each language."))


def in_language(value: dict[str, str] | None, language: str | None = None) -> str:
    """The text in the reader's language, or in the other one when that is missing."""
    if not value:
        return ""
    wanted = "zh-Hans" if (language or get_language() or "zh").lower().startswith("zh") else "en"
    return value.get(wanted) or next((text for text in value.values() if text), "")


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A text under a data key (see crypto.Key). The column holds ciphertext only; empty means no text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class BlindIndexField(models.BinaryField):  # type: ignore[type-arg]
    """A keyed fingerprint of an encrypted value, for look-up by equality."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("max_length", 17)
        super().__init__(*args, **kwargs)


@models.CharField.register_lookup
@models.TextField.register_lookup
class StartsWithLeakproof(models.Lookup):
    """`number__begins="202611-"` as `^@`: usable with an index under row-level security, unlike LIKE."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", [*left_params, *right_params]
