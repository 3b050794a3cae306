"""A firm's systems as tests play them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tingsu.inquiry import providers
from tingsu.inquiry.providers import Answer, NoAnswer, Question, read

ORDER = "NT5503920017"
"""The order of the story that tests register (demo.journey.STORY has its own; tests pass this one)."""
GIVEN: dict[str, Any] = {
    "customer": {
        "customer": {
            "reference": "U12345678", "name": "陈晓雨", "phone": "13800002210", "email": "chen.xy@example.com",
            "address": "广东省深圳市南山区科技园一路 1 号", "since": "2020-05-01", "note": "老用户，电话 13800002210",
        },
        "merchant": {"name": "木棉数码专营店", "contact": "林国栋", "phone": "13900001234", "standing": "正常"},
    },
    "orders": {
        "orders": [
            {"number": ORDER, "at": "2026-02-20T08:00:00+08:00", "state": "已签收", "amount": 15900, "lines": [{"name": "电热水壶"}]},
            {"number": "NT-OTHER-1", "at": "2026-01-20T08:00:00+08:00", "amount": 9900, "lines": [{"name": "收纳箱"}]},
        ]
    },
    "interactions": {
        "interactions": [
            {"at": "2026-02-21T09:00:00+08:00", "channel": "电话", "by": "用户", "words": "我是陈晓雨，水壶漏水", "order_number": ORDER},
            {"at": "2026-01-22T09:00:00+08:00", "channel": "电话", "words": "收纳箱的事", "order_number": "NT-OTHER-1"},
        ]
    },
    "products": {"products": [{"name": "电热水壶", "warranty": "一年"}], "policies": [{"title": "退货规则", "text": "七天"}]},
}  # fmt: skip


class Shop:
    """Plays the connected system: keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.given = json.loads(json.dumps(GIVEN))
        self.fails: NoAnswer | None = None

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.fails is not None:
            raise self.fails
        return read(question, self.given[question.part])


@contextmanager
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    played = Shop()
    monkeypatch.setattr(providers, "_finders", [lambda _organisation: played])
    yield played
