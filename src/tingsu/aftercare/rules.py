"""The rulebooks of aftercare: rating and callback, and the record classes with their retention (SC-02, SC-03, RC-02, RC-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.kernel.fields import LANGUAGES, in_language

AFTERCARE, RETENTION = "aftercare", "retention"
LIMITS = {
    "callback_attempts": (1, 10),
    "low_rating": (1, 4),
    "satisfied_rating": (2, 5),
    "reminder_after_days": (1, 30),
}
STEPS = {
    "identify": _("Identify"),
    "collect": _("Collect"),
    "classify": _("Classify"),
    "maintain": _("Maintain"),
    "store": _("Store"),
    "dispose": _("Dispose"),
}
"""What a record class says about its records (RC-02)."""
END_ACTIONS = {"review": _("Review"), "anonymise": _("Anonymise"), "destroy": _("Destroy")}
STARTS = {
    "closed": pgettext_lazy("retention", "Closing"),
    "archived": pgettext_lazy("retention", "Archiving"),
    "received": pgettext_lazy("retention", "Receipt"),
}
"""From which day the years of a class count."""
LONGEST_YEARS = 100
MOST_THANKS = 200
"""Signs of the thanks for a rating: one or two sentences."""

STEP_TEXTS = {
    "identify": ("以投诉编号和归档号标识。", "Identified by complaint number and archive number."),
    "collect": (
        "受理起形成的全部材料、往来与系统留痕自动归入。",
        "All material, correspondence and system records since registration.",
    ),
    "classify": ("按记录类别和问题类型分类。", "By record class and problem type."),
    "maintain": ("归档后只读，逐条哈希链可校验。", "Read only once archived; a hash chain proves every entry."),
    "store": (
        "加密保存，随备份一并保管；纸质原件记存放处。",
        "Encrypted, with the backups; the place of paper originals is noted.",
    ),
    "dispose": ("到期经批准后处置并留下处置凭证。", "At the end disposed of after approval, leaving a certificate."),
}


def default_aftercare() -> dict[str, Any]:
    """What is shipped: three callback attempts, two stars or fewer are low, a reminder after two days, the whole form."""
    return {
        "callback_attempts": 3,
        "low_rating": 2,
        "satisfied_rating": 4,
        "reminder_after_days": 2,
        "no_reminder": False,
        "short_form": False,
        "thanks": {},
    }


def check_aftercare(body: dict[str, Any]) -> None:
    """Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    for name, (least, most) in LIMITS.items():
        value = body.get(name) if isinstance(body, dict) else None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            errors[name] = InvalidValue(_("Enter a whole number from %(least)s to %(most)s."), least=least, most=most)
    for name in ("no_reminder", "short_form"):
        if not errors and not isinstance(body.get(name, False), bool):
            errors[name] = InvalidValue(code="choice")
    thanks = body.get("thanks") or {} if isinstance(body, dict) else {}
    said = (
        [str(thanks.get(language) or "").strip() for language in LANGUAGES] if isinstance(thanks, dict) else ["", "x"]
    )
    if any(said) and not all(said):
        errors["thanks"] = InvalidValue(_("Give this text in Chinese and in English."))
    elif len(longest := max(said, key=len)) > MOST_THANKS:
        errors["thanks"] = too_long(longest, MOST_THANKS)
    if not errors and body["low_rating"] >= body["satisfied_rating"]:
        errors["low_rating"] = InvalidValue(_("A low rating must be below a satisfied one."))
    if errors:
        raise InvalidInput(errors)


def default_retention() -> dict[str, Any]:
    """No document states a period: three years after closing, to be confirmed at set-up (RC-04)."""
    steps = {name: {"zh-Hans": zh, "en": en} for name, (zh, en) in STEP_TEXTS.items()}
    classes = (
        ("complaint", "一般投诉档案", "Complaint file", 3),
        ("high-risk", "高危及重大投诉档案", "File of a high-risk or major complaint", 5),
        ("outside", "经外部途径处理的投诉档案", "File of a complaint that went outside", 5),
    )
    return {
        "classes": [
            {
                "code": code,
                "name": {"zh-Hans": zh, "en": en},
                "years": years,
                "start": "closed",
                "end": "review",
                "steps": steps,
            }
            for code, zh, en, years in classes
        ]
    }


def check_retention(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Every class has a period, an end action and its rule for all six steps."""
    errors: dict[str, TingsuError] = {}
    classes = body.get("classes") if isinstance(body, dict) else None
    if not isinstance(classes, list) or not classes:
        raise InvalidInput({"classes": InvalidValue(_("At least one record class is needed."))})
    codes = [entry.get("code") if isinstance(entry, dict) else None for entry in classes]
    for number, entry in enumerate(classes, 1):
        place = f"classes.{number}"
        code = codes[number - 1]
        if not isinstance(code, str) or not 0 < len(code) <= 20 or codes.count(code) > 1:
            errors[f"{place}.code"] = InvalidValue(_("Give each class a short code of its own."))
            continue
        years = entry.get("years")
        if not isinstance(years, int) or isinstance(years, bool) or not 1 <= years <= LONGEST_YEARS:
            errors[f"{place}.years"] = InvalidValue(_("Enter the years of keeping, from 1 to 100."))
        for part, known in (("start", STARTS), ("end", END_ACTIONS)):
            if entry.get(part) not in known:
                errors[f"{place}.{part}"] = InvalidValue(code="choice")
        steps = entry.get("steps") if isinstance(entry.get("steps"), dict) else {}
        for name, texts in {"name": entry.get("name"), **{step: steps.get(step) for step in STEPS}}.items():
            if not isinstance(texts, dict) or not all(
                isinstance(texts.get(lang), str) and texts[lang].strip() for lang in ("zh-Hans", "en")
            ):
                errors[f"{place}.{name}"] = InvalidValue(_("Give this text in Chinese and in English."))
    if errors:
        raise InvalidInput(errors)


def aftercare_rules() -> dict[str, Any]:
    return rulebooks.in_force(AFTERCARE).body


def asks_shortly() -> bool:
    """Is only the overall question asked on the page (SC-01)? The callback asks for the single sides all the same (SC-06)."""
    return bool(aftercare_rules().get("short_form"))


def thanks_words() -> str:
    """What somebody reads who has rated (SC-01)."""
    return in_language(aftercare_rules().get("thanks") or {}) or gettext("Thank you for your rating.")


def retention_options() -> tuple[tuple[str, str], ...]:
    return tuple(
        (entry["code"], f"{in_language(entry['name'])} · {_length(entry['years'])}")
        for entry in rulebooks.in_force(RETENTION).body["classes"]
    )


@dataclass(frozen=True)
class RecordClass:
    """A class of records as a file was archived under it."""

    name: str
    years: int
    end: str


def retention_class(code: str, version: int) -> RecordClass:
    entry = next(entry for entry in rulebooks.version_of(RETENTION, version).body["classes"] if entry["code"] == code)
    return RecordClass(in_language(entry["name"]), entry["years"], entry["end"])


def disposal_day(starts: Mapping[str, date], code: str) -> tuple[date, int]:
    """When a class's period ends, and the version of the rule; `starts` says the day of each of STARTS. 29 February ends on 28."""
    rules = rulebooks.in_force(RETENTION)
    entry = next(entry for entry in rules.body["classes"] if entry["code"] == code)
    begun, years = starts[entry["start"]], entry["years"]
    try:
        return begun.replace(year=begun.year + years), rules.version
    except ValueError:
        return begun.replace(year=begun.year + years, day=28), rules.version


rulebooks.register_kind(AFTERCARE, _("Rating and callback"), default_aftercare, check_aftercare)
rulebooks.register_kind(RETENTION, _("Record classes and retention"), default_retention, check_retention)


def _length(years: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
