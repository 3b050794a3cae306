"""One field of a form, whichever form: what a page needs to know to draw it.

Steps of a process, registers, Django's forms and the public pages all make controls; ``{% control … %}`` draws them. A
control holds what was typed and what is wrong with it, and knows nothing of where its value goes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

Label = str | Promise
INPUT_TYPES = {"number": "number", "date": "date", "datetime": "datetime-local", "money": "text", "hour": "text"}
SHOW_AS_CHIPS = 5
CHIPS_LENGTH = 60
"""More letters than this in all chips together, and a select reads better."""
MANY = 12
"""More boxes than this stand in columns."""
FIELDSETS = frozenset({"rows", "chips", "boxes"})


@dataclass(kw_only=True)
class Control:
    """One field as it is drawn.

    ``kind``: text, longtext, bool, choice, choices, number, date, datetime, money, member, unit, party, files or rows,
    as fields of a process have them; or a type of HTML's input such as tel, email, password.
    """

    name: str
    label: Label
    kind: str = "text"
    id: str = ""
    value: Any = ""
    """As it stands in the form: what was typed, or the present value."""
    options: list[tuple[str, Label, bool]] = field(default_factory=list)
    """Code, words, chosen."""
    error: str = ""
    help: Label = ""
    required: bool = False
    limit: int = 0
    """Most characters; 0 for none said."""
    lines: list[list["Control"]] = field(default_factory=list)
    blank: list["Control"] = field(default_factory=list)
    """A line of a table that the page's script adds."""
    when: str = ""
    """"other=value": shown only then."""
    css: str = ""
    height: int = 4
    empty: Label = ""
    """What a select says before anything is chosen, empty for the usual word; among chips the one that takes a choice back."""
    attributes: Mapping[str, str | bool] = field(default_factory=dict)
    """More attributes of the input: autocomplete, inputmode, placeholder."""
    widget: SafeString | str = ""
    """A widget that a form of Django's has drawn."""
    public: bool = False
    """On a public page: the hint stands above the input, and what is needed is said in a word."""
    after: SafeString | str = ""
    """What stands below the input, such as a tick of its own."""

    def __post_init__(self) -> None:
        self.id = self.id or f"f-{self.name}"

    @property
    def draw(self) -> str:
        """Which piece of the template: input, area, check, select, chips, boxes, rows, widget or hidden."""
        if self.widget:
            return "hidden" if self.kind == "hidden" else "widget"
        if self.kind == "longtext":
            return "area"
        if self.kind == "bool":
            return "chips" if self.required else "check"
        if self.kind in {"choices", "files"}:
            return "boxes"
        if self.kind == "chips" or (self.kind == "choice" and self._fits_in_chips and not self.public):
            return "chips"
        if self.kind in {"choice", "member", "unit", "party"}:
            return "select"
        return "rows" if self.kind == "rows" else "input"

    @property
    def _fits_in_chips(self) -> bool:
        letters = sum(len(str(label)) for _code, label, _chosen in self.options)
        return len(self.options) <= SHOW_AS_CHIPS and letters <= CHIPS_LENGTH

    @property
    def wide(self) -> bool:
        return self.draw in {"area", "rows", "boxes"} or (self.draw == "chips" and len(self.options) > 3)

    @property
    def many(self) -> bool:
        return len(self.options) > MANY

    @property
    def checked(self) -> bool:
        return self.value in ("yes", "on", True)

    @property
    def box(self) -> str:
        """The element around it: a group of inputs is a fieldset with a legend."""
        return "fieldset" if self.draw in FIELDSETS else "div"

    @property
    def mark(self) -> SafeString:
        """What says that it is needed; screen readers hear it from the refusal."""
        if self.required and self.public:
            return format_html(' <span class="required">{}</span>', _("(required)"))
        return mark_safe(' <span class="required" aria-hidden="true">*</span>' if self.required else "")  # noqa: S308

    @property
    def offered(self) -> list[tuple[str, Label, bool]]:
        """The choices of chips and boxes."""
        if self.kind != "bool":
            nothing = [("", self.empty, not any(chosen for _code, _label, chosen in self.options))]
            return self.options + (nothing if self.empty and self.draw == "chips" else [])
        return [("yes", _("Yes"), self.checked), ("no", _("No"), self.value in ("no", "off", False))]

    @property
    def sums(self) -> bool:
        """A table with amounts shows their total."""
        return any(inner.kind == "money" for inner in self.blank)

    @property
    def tick(self) -> str:
        return "checkbox" if self.draw == "boxes" else "radio"

    @property
    def described_by(self) -> str:
        parts = [self.hint_id if self.help else "", self.error_id if self.error else ""]
        return " ".join(part for part in parts if part)

    @property
    def error_id(self) -> str:
        return f"{self.id}-error" if self.public else f"{self.id}_error"

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint" if self.public else f"{self.id}_hint"

    @property
    def box_attributes(self) -> SafeString:
        classes = ["field", "wide" if self.wide and not self.widget and not self.public else "", self.css]
        if self.public and self.error:
            classes.append("field-wrong")
        found: dict[str, Any] = {"class": " ".join(filter(None, classes)), "data-field": self.name}
        if self.draw in FIELDSETS:
            found |= {"id": self.id, "aria-describedby": self.described_by or False}
        if self.draw == "rows":
            found["data-lines"] = self.name
        return flatatt({**found, "data-when": self.when or False})

    @property
    def input_attributes(self) -> SafeString:
        """Of the one element that takes the value."""
        kind = self.draw
        found: dict[str, Any] = {"id": self.id, "name": self.name}
        if kind in {"input", "area", "select"}:
            found["class"] = "control" if self.public else "form-select" if kind == "select" else "form-control"
            found |= {"aria-invalid": "true" if self.error else False}
            found |= {"aria-required": "true" if self.required and self.public else False}
        if kind == "input":
            found |= {"type": INPUT_TYPES.get(self.kind, self.kind), "value": str(self.value)}
            found |= {"inputmode": "decimal" if self.kind == "money" else False}
        if kind == "area":
            found["rows"] = str(self.height)
        if kind == "check":
            found |= {"type": "checkbox", "value": "yes", "checked": self.checked}
        if self.limit and self.kind not in {"number", "money", "choice", "date", "datetime"}:
            found["data-limit"] = str(self.limit)  # no maxlength: browsers cut what is pasted, and tell nobody
        return flatatt({**found, "aria-describedby": self.described_by or False, **self.attributes})


def options(choices: Iterable[tuple[Any, Label]], value: Any) -> list[tuple[str, Label, bool]]:
    """What a control offers, with what is chosen: one value or a list of them."""
    chosen = {str(one) for one in value} if isinstance(value, list | tuple | set) else {str(value)}
    return [(str(code), label, str(code) in chosen) for code, label in choices]


def shown(value: Any) -> Any:
    """A value as an input takes it: yes and no for a flag, an instant on the organisation's wall clock."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}" if value.tzinfo else f"{value:%Y-%m-%dT%H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def control_of(bound: BoundField, css: str = "", placeholder: str = "") -> Control:
    """The control of a field of a Django form."""
    widget = bound.field.widget
    made = Control(
        name=bound.html_name,
        id=str(bound.auto_id),
        label=bound.label,
        error=" ".join(str(one) for one in bound.errors),
        help=bound.help_text,
        required=bound.field.required,
        css=css,
    )
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        made.kind = "choices" if isinstance(widget, CheckboxSelectMultiple) else "chips"
        made.options = [
            (str(one.data["value"]), one.choice_label, bool(one.data["selected"])) for one in bound.subwidgets
        ]
    elif bound.is_hidden:
        made.kind, made.widget = "hidden", bound.as_widget()
    elif isinstance(widget, CheckboxInput):
        made.kind, made.required, made.value = "bool", False, bool(bound.value())
        made.attributes = {name: value for name, value in widget.attrs.items() if name != "class"}
    else:
        kind = "form-select" if isinstance(widget, Select) and not isinstance(widget, FileInput) else "form-control"
        attrs: dict[str, Any] = {"class": f"{kind} {widget.attrs.get('class', '')}".strip()}
        attrs |= {"aria-describedby": made.described_by} if made.described_by else {}
        attrs |= {"aria-invalid": "true"} if bound.errors else {}
        attrs |= {"placeholder": placeholder} if placeholder else {}
        made.widget = bound.as_widget(attrs=attrs)
    return made
