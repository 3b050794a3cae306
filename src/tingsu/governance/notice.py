"""What the public privacy page says beyond the system's own rules: recipients, minors, regulator, whom to ask (PS-17)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import LANGUAGES, in_language

NOTICE = "privacy_notice"
LIMIT = 2000
PARTS = {
    "officer": _("Whom to ask about personal data"),
    "recipients": _("Who receives personal data"),
    "abroad": _("Handing data abroad"),
    "minors": _("Minors"),
    "backups": _("Backups"),
    "regulator": _("Where to complain about us"),
}
SHIPPED = {
    "officer": (
        "请通过本页的电话或邮箱联系我们，注明“个人信息”，由负责个人信息保护的人员处理。",
        "Use the telephone number or e-mail on this page and say “personal data”; the person in charge of it answers.",
    ),
    "recipients": (
        "处理投诉所必需的本单位部门；您选择或同意的调解机构、检测机构；依法要求提供的行政机关和法院。除此之外不向他人提供。",
        "Departments of ours that are needed to handle the complaint; mediators and testing bodies that you chose or agreed to; "
        "authorities and courts where the law obliges us. Nobody else.",
    ),
    "abroad": ("不向境外提供个人信息。", "Personal data is not handed abroad."),
    "minors": (
        "未满十四周岁的，请由父母或其他监护人提出投诉或个人信息请求，并出示监护证明；我们按敏感个人信息保护。",
        "For children under fourteen a parent or guardian complains and asks, showing proof; their data is protected as sensitive.",
    ),
    "backups": (
        "备份加密保存。较早的备份到期前仍含有已删除的内容，到期后销毁；用备份恢复时，会按删除清单再次删除。",
        "Backups are encrypted. Older ones still hold what was deleted until they expire and are destroyed; after a restore "
        "everything on the list of deletions is deleted again.",
    ),
    "regulator": (
        "对我们处理个人信息有异议的，可以向所在地网信部门等履行个人信息保护职责的部门投诉、举报，也可以依法起诉。",
        "You can complain to the cyberspace administration or another authority that protects personal information where you "
        "are, or go to court.",
    ),
}


def default_notice() -> dict[str, Any]:
    """Texts to be confirmed by the organisation: every one holds for what is shipped."""
    return {part: {"zh-Hans": zh, "en": en} for part, (zh, en) in SHIPPED.items()}


def check_notice(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Every part stands in both languages."""
    errors: dict[str, TingsuError] = {}
    for part in PARTS:
        texts = body.get(part) if isinstance(body, dict) else None
        if not isinstance(texts, dict) or not all(
            isinstance(texts.get(one), str) and 0 < len(texts[one].strip()) <= LIMIT for one in LANGUAGES
        ):
            errors[part] = InvalidValue(_("Give this text in Chinese and in English."))
    if errors:
        raise InvalidInput(errors)


def notice_parts() -> dict[str, tuple[str, str]]:
    """Each part in force: its title and its text, in the reader's language."""
    body = rulebooks.in_force(NOTICE).body
    return {part: (str(title), in_language(body[part])) for part, title in PARTS.items()}


rulebooks.register_kind(NOTICE, _("Privacy notice"), default_notice, check_notice)
