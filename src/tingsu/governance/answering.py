"""How requests about personal data are answered, as rules of the firm: what is told, to whom, in which form (RC-07, PS-17).

Within what time stands among the time limits (`data_request_answer`), where every other limit of the firm stands.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import LANGUAGES, in_language
from tingsu.kernel.punctuation import listed

RULE = "data_request_rules"
LIMIT = 1000
KINDS = (
    ("access", _("Look into or copy the data")), ("correction", _("Correct or complete the data")), ("deletion", _("Delete the data")),
    ("withdrawal", _("Withdraw a consent")), ("explanation", _("Explain how the data is handled")),
)  # fmt: skip
MEANS = (
    ("letter", _("By letter to the person of the complaint")), ("phone", pgettext_lazy("answer", "By telephone")),
    ("in_person", pgettext_lazy("answer", "In person")), ("post", pgettext_lazy("answer", "By post")),
)  # fmt: skip
PERSON, ASKER = "person", "asker"
ADDRESSEES = {
    PERSON: _("The person of the complaint only"),
    ASKER: _("Whoever asked, once identity and authority are proved"),
}
SHIPPED = {
    "access": (
        "登记的姓名和联系方式、您所述的内容、往来消息和信件、文件清单、处理结果；不含他人的信息和内部记录",
        "Name and contact data on record, what you told us, messages and letters, the list of files, the decisions; nothing of other "
        "people and no internal notes",
        ("letter", "in_person", "post"),
    ),
    "correction": (
        "更正或补充了哪些内容，或者不予更正的理由",
        "What was corrected or completed, or why it was not",
        ("letter", "phone", "in_person", "post"),
    ),
    "deletion": (
        "删除哪些内容、何时删除、保留哪些内容及法律依据",
        "What is deleted and when, what stays and on which legal ground",
        ("letter", "phone", "in_person", "post"),
    ),
    "withdrawal": (
        "停止使用哪些信息，已公开的内容何时撤下",
        "Which data is no longer used, and when what was published comes down",
        ("letter", "phone", "in_person", "post"),
    ),
    "explanation": (
        "收集了哪些信息、用途、法律依据、接收方、保存期限",
        "Which data is held, what for, on which ground, who receives it and how long it is kept",
        ("letter", "phone", "in_person", "post"),
    ),
}


def default_rules() -> dict[str, Any]:
    """Rules to be confirmed by the firm: complete for every kind of request."""
    return {
        "rows": [
            {
                "kind": kind,
                "information": {"zh-Hans": zh, "en": en},
                "addressee": ASKER,
                "forms": {means: means in forms for means, _words in MEANS},
            }
            for kind, (zh, en, forms) in SHIPPED.items()
        ]
    }


def check_rules(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Every kind of request stands once, with information in both languages, addressee and a form."""
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise InvalidInput({"rows": InvalidValue(code="required")})
    errors: dict[str, TingsuError] = {}
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        kind = row.get("kind") if isinstance(row, dict) else None
        if kind not in dict(KINDS) or kind in seen:
            errors[f"rows.{number}.kind"] = InvalidValue(_("Name each kind of request once."))
            continue
        seen.add(kind)
        errors |= {f"rows.{number}.{name}": wrong for name, wrong in _wrong(row)}
    if missing := set(dict(KINDS)) - seen:
        sentence = _("These kinds of requests have no rule: %(kinds)s.")
        words = listed(str(label) for kind, label in KINDS if kind in missing)
        errors.setdefault("rows", InvalidValue(sentence, kinds=words))
    if errors:
        raise InvalidInput(errors)


def _wrong(row: dict[str, Any]) -> list[tuple[str, TingsuError]]:
    found: list[tuple[str, TingsuError]] = []
    texts = row.get("information")
    if not isinstance(texts, dict) or not all(
        isinstance(texts.get(one), str) and 0 < len(texts[one].strip()) <= LIMIT for one in LANGUAGES
    ):
        found.append(("information", InvalidValue(_("Give this text in Chinese and in English."))))
    if row.get("addressee") not in ADDRESSEES:
        found.append(("addressee", InvalidValue(code="choice")))
    forms = row.get("forms")
    if (
        not isinstance(forms, dict)
        or set(forms) - set(dict(MEANS))
        or not all(isinstance(one, bool) for one in forms.values())
        or not any(forms.values())
    ):
        found.append(("forms.letter", InvalidValue(_("Allow at least one form of the answer."))))
    return found


rulebooks.register_kind(RULE, _("Answers to requests about personal data"), default_rules, check_rules)


def rule_for(kind: str) -> dict[str, Any]:
    """The rule in force for one kind of request."""
    rows: list[dict[str, Any]] = rulebooks.in_force(RULE).body["rows"]
    return next(row for row in rows if row["kind"] == kind)


def allowed_means(kind: str) -> list[str]:
    """The forms in which such a request may be answered."""
    forms = rule_for(kind)["forms"]
    return [means for means, _words in MEANS if forms.get(means)]


def in_words() -> list[dict[str, Any]]:
    """Every rule in force as the public page tells it, in the reader's language."""
    return [
        {
            "kind": label,
            "information": in_language(rule_for(kind)["information"]),
            "addressee": ADDRESSEES[rule_for(kind)["addressee"]],
            "forms": [dict(MEANS)[means] for means in allowed_means(kind)],
        }
        for kind, label in KINDS
    ]
