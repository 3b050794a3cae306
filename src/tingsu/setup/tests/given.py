"""A database in which nothing is set up yet, and answers for every page."""

from typing import Any

from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations

FIRM = {
    "name_zh": "晴川优选",
    "name_en": "Qingchuan Select",
    "slug": "qingchuan",
    "kind": "internet",
    "sector": "commerce",
    "size": "medium",
    "users": "many",
    "volume": "some",
}
RULES = {"documents": ["isc", "cts"], "reason": "我们做电商，也要认证。", "profile": "isc", "structure": "svc"}
CONTACT = {
    "hotline": "400-800-1234",
    "hotline_staffed": "on",
    "email": "help@qingchuan.example.cn",
    "hours_zh": "每天 9:00–21:00",
    "hours_en": "daily 9:00–21:00",
    "address_zh": "武汉市江岸区沿江大道 1 号",
    "address_en": "1 Yanjiang Avenue, Wuhan",
    "shown_in_app": "on",
    "time_zone": "Asia/Shanghai",
    "language": "zh-hans",
    "public_url": "https://complaints.qingchuan.example.cn",
}
PERSON = {
    "name": "沈一诺",
    "staff_number": "001",
    "alias_zh": "沈老师",
    "alias_en": "Agent Shen",
    "username": "shen",
    "email": "shen@qingchuan.example.cn",
    "role": "mgmt_rep",
    "password": "a-long-first-password",
    "again": "a-long-first-password",
}
PAGES: dict[str, dict[str, Any]] = {"firm": FIRM, "rules": RULES, "contact": CONTACT, "person": PERSON}


def nothing_set_up() -> None:
    """As a fresh database is to everybody: no organisation that anybody could sign in to."""
    Organisation.objects.update(stage=Organisation.Stage.FOUNDING)
    forget_organisations()
