"""The small pieces of the public pages: icons, dates in plain words, one field of the wizard."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tingsu.files.checks import MEGABYTE, SIZE_LIMIT
from tingsu.files.models import StoredFile
from tingsu.files.store import name_of
from tingsu.kernel.money import yuan
from tingsu.pages import words
from tingsu.pages.controls import Control, options

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A drawing beside its words; never the only carrier of a meaning."""
    css = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def most_bytes() -> int:
    """How large a file may be: asked before it is sent."""
    return SIZE_LIMIT


@register.simple_tag
def room_words(files: int) -> str:
    """The one limit of what can be sent, said once and as it is kept: how many, how large each, how much together."""
    each = SIZE_LIMIT // MEGABYTE
    together = min(files * each, settings.QUOTA_VISITOR_MB)
    return _("At most %(files)s files, each up to %(each)s MB, together %(together)s MB.") % {
        "files": files, "each": each, "together": together,
    }  # fmt: skip


@register.filter
def file_name(file: StoredFile) -> str:
    """The name of a file as it was sent."""
    return name_of(file)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """An instant a person plans by: "11 月 23 日 10:00"; the whole value for machines and screen readers."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.moment_words(value))


@register.filter
def deadline(value: datetime | None) -> SafeString | str:
    """The end of a time limit, to be followed or preceded by "by"."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.deadline_words(value))


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """A day without its hour."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.day_words(value))


@register.filter
def money(fen: int | None) -> str:
    return "" if fen is None else yuan(fen)


@register.inclusion_tag("pages/parts/control.html")
def entry(step: Any, name: str, label: str, **given: Any) -> dict[str, Any]:
    """One field of a form page: what was typed comes back, with its error in words.

    ``step`` has ``values`` and ``errors`` by name. Given may be: kind (text, area, select, or a type of input), hint,
    required, options, maxlength, rows, withhold (offer "I would rather not say"), and attributes of the input.
    """
    value = step.values.get(name, "")
    kind = given.pop("kind", "text")
    withhold = given.pop("withhold", False)
    required = given.pop("required", False)
    made = Control(
        name=name,
        id=name,
        label=label,
        value=value,
        kind={"area": "longtext", "select": "choice"}.get(kind, kind),
        options=options(given.pop("options", ()), value),
        empty=_("Choose") if required else _("Choose, if you like"),
        error=step.errors.get(name, ""),
        help=given.pop("hint", ""),
        required=required,
        limit=int(given.pop("maxlength", 0)),
        height=given.pop("rows", 4),
        public=True,
        after=_withhold(name, name in step.values.get("withheld", ())) if withhold else "",
    )
    made.attributes = {attribute: str(words) for attribute, words in given.items()}
    return {"one": made}


def _withhold(name: str, chosen: bool) -> SafeString:
    return format_html(
        '<label class="tick tick-small"><input type="checkbox" name="withheld" value="{}"{}><span>{}</span></label>',
        name,
        mark_safe(" checked" if chosen else ""),  # noqa: S308 one word of ours
        _("I would rather not say"),
    )


@register.filter
def per_cent(share: int | None) -> str:
    """A share; a dash where nothing was counted."""
    return "–" if share is None else f"{share} %"


@register.filter
def took(seconds: int | None) -> str:
    """A time that somebody needed: minutes and seconds; a dash where nobody did."""
    if seconds is None:
        return "–"
    return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // 60, "seconds": seconds % 60}


@register.filter
def in_fours(code: str) -> str:
    """A code in groups of four, as people copy it by hand; blanks do not matter when it is typed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def has(values: Any, name: str) -> bool:
    """Is a code among the chosen ones?"""
    return name in (values or ())


@register.filter
def item(values: dict[str, Any], name: str) -> Any:
    """One value of a mapping by its name; empty when there is none."""
    return values.get(name, "")
