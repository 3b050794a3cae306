"""A form page of the public side: what was typed, what is wrong with it, nothing lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FormState:
    """Values by field name as they were typed, and errors in words by field name."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    """Why the whole form was refused, when no single field is at fault."""
    other: Mapping[str, Any] = field(default_factory=dict)
    """What another window of the same person wrote meanwhile, by label, where it differs."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """Files that lie ready to be sent with it."""
    window: str = ""
    seen: int = 0
    """Which window this is and the turn of the words it shows (`drafts.Mark`)."""
    status: int = 200
