"""The pieces every page is made of, in whatever room it stands.

``{% load tingsu_ui %}`` gives: icon, clock, avatar, control, field, error_summary, empty_state; around other pieces card,
table and badge (``{% card _("Title") %}…{% endcard %}``); and the filters when, day, money, duration, bilingual.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape

from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import after_label, chinese, in_brackets, listed
from tingsu.pages import faces, icons
from tingsu.pages.controls import Control, control_of
from tingsu.pages.folding import CONSTANT
from tingsu.pages.stacking import stacked

register = template.Library()
TABLE_LOOKS = frozenset({"plain", "wide", "sticky", "stack", "cards", "many"})


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: str = "") -> SafeString:
    """An icon beside its label. ``size`` is "small" or "large"; raises KeyError for a name the sprite does not hold."""
    if name not in icons.NAMES:
        raise KeyError(f"No icon {name!r}; see tingsu/pages/icons.py")
    css = format_html('"icon icon-{}"', size) if size else "icon"
    # A page holds dozens of them: no quotes where HTML needs none.
    return format_html("<svg class={} aria-hidden=true><use href={}#{} /></svg>", css, static("pages/icons.svg"), name)


setattr(icon, CONSTANT, True)


@register.simple_tag
def clock(promise: Any, name: Any = "", large: bool = False, at: datetime | None = None) -> SafeString:
    """One promise as a clock: name, what is left, share used. The page's script counts it down each minute."""
    face = faces.clock_face(promise, at or now(), large=large)
    counting = ""
    if face.counting:
        # What is overdue has no share left to count: only the start of the others is asked for.
        start = "" if face.state == "late" and not large else f"={promise.started_at:%Y-%m-%dT%H:%M:%SZ}"
        counting = f" data-clock{start}{' data-large' if large else ''}"
    return mark_safe(  # noqa: S308 every text is escaped
        f'<span class="clock clock-{face.state}{" clock-large" if large else ""}"{counting}>'
        f"<span>{escape(name or getattr(promise, 'name', ''))}</span>"
        f'<time datetime={promise.due_at:%Y-%m-%dT%H:%M:%SZ} title="{escape(face.title)}">'
        f"{icon('check') if face.state == 'met' else ''}{escape(face.words)}</time>"
        f"{'' if face.state == 'late' else _share(face.share)}</span>"
    )


@lru_cache(maxsize=128)
def _share(percent: int) -> str:
    """The bar of a clock; that of what is late is full, and drawn by the style sheet."""
    return f"<progress value={percent / 100:g} aria-hidden=true></progress>"


@register.simple_tag
def first_page() -> str:
    """The address where everything begins: below the organisation's and the proxy's own path, if there is one."""
    return get_script_prefix()


@register.simple_tag
def avatar(name: str) -> SafeString:
    """First letter of a colleague's name; a dashed ring for nobody."""
    return _avatar(name[:1])


@lru_cache(maxsize=1024)
def _avatar(letter: str) -> SafeString:
    if not letter:
        return mark_safe('<i class="avatar avatar-none" aria-hidden=true>–</i>')
    return format_html('<i class="avatar avatar-{}" aria-hidden=true>{}</i>', "abcd"[ord(letter) % 4], letter)


@register.simple_block_tag
def badge(content: str, tone: str = "") -> SafeString:
    """A tinted word or two. ``tone`` is one of base.css: critical, high, medium, low, accent, soon, paused, done, late, outline."""
    css = f"badge badge-{tone}" if tone and tone != "plain" else "badge"
    return format_html('<span class="{}">{}</span>', css, mark_safe(content.strip()))  # noqa: S308 drawn by the template


@register.simple_block_tag
def card(content: str, title: Any, body: str = "", css: str = "") -> SafeString:
    """A card with its title. ``body`` and ``css`` are further classes of its body and of itself."""
    return format_html(
        '<section class="{}"><div class="card-head"><h2>{}</h2></div><div class="{}">{}</div></section>',
        f"card {css}".strip(),
        title,
        f"card-body {body}".strip(),
        mark_safe(content),  # noqa: S308 drawn by the template
    )


@register.simple_block_tag
def table(content: str, title: Any, looks: str = "plain") -> SafeString:
    """A table with its title for those who do not see it; scrolls sideways by itself where it is too wide, by key too. On a
    telephone the rows of one with many columns are cards (`stacking`).

    ``looks`` are those of pieces.css (plain, wide, sticky, stack, cards) and classes of the page's own.
    """
    content, chosen = stacked(content, looks.split())
    return format_html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{0}">'
        '<table class="{1}"><caption class="hidden-text">{0}</caption>{2}</table></div>',
        title,
        " ".join(["table", *(f"table-{look}" if look in TABLE_LOOKS else look for look in chosen)]),
        mark_safe(content),  # noqa: S308 drawn by the template
    )


@register.inclusion_tag("pages/parts/empty.html")
def empty_state(fact: str, next: str = "", url: str = "", action: str = "", mark: str = "") -> dict[str, Any]:
    """What stands where nothing is: the fact, what to do next, a way there."""
    return {"empty": {"fact": fact, "next": next, "url": url, "action": action, "mark": mark}}


@register.inclusion_tag("pages/parts/control.html")
def control(one: Control) -> dict[str, Any]:
    """One field of a form, with label, hint and error wired by id for screen readers."""
    return {"one": one}


@register.inclusion_tag("pages/parts/control.html")
def field(bound: BoundField, css: str = "", placeholder: str = "") -> dict[str, Any]:
    """A field of a Django form, drawn like any other."""
    return {"one": control_of(bound, css, placeholder)}


@register.inclusion_tag("pages/parts/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What has to be changed, on top of a form, with a link to each field; takes the focus."""
    problems = [(bound, error) for bound in form for error in bound.errors] if form.is_bound or form.errors else []
    general = list(form.non_field_errors())
    return {"problems": problems, "general": general, "count": len(problems) + len(general)}


@register.filter
def labelled(label: Any, words: Any) -> str:
    """What a label says, with the colon of the language."""
    return after_label(label, words)


@register.filter
def when(value: datetime | None) -> SafeString | str:
    """An instant, short for the eye and whole for hover and machines."""
    if value is None:
        return "—"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        faces.full_date_words(value),
        faces.date_words(value, at=now()),
    )


@register.filter
def day(value: date | datetime | None) -> str:
    """A day without a time: "11 月 21 日", "21 Nov 2026" when the year is another."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return faces.date_words(value, at=now(), time=False)
    if chinese():
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return date_format(value, "j M Y")


@register.filter
def money(fen: int | None) -> str:
    return "—" if fen is None else yuan(fen)


@register.filter
def duration(value: timedelta | None) -> str:
    return "—" if value is None else faces.length_words(value)


@register.filter(name="listed")
def one_after_the_other(words: Any) -> str:
    """Words with the mark of the page's language between them: 甲、乙; a, b."""
    return listed(words)


@register.filter(name="in_brackets")
def added(value: Any) -> str:
    """Words in the brackets of the page's language, put straight behind another word."""
    return in_brackets(str(value))


@register.filter
def bilingual(value: Any) -> str:
    """A text people entered in two languages, in the page's language, else in the other one."""
    return in_language(value) if isinstance(value, dict) else "" if value is None else str(value)
