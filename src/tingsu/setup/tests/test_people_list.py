"""People from a list in the set-up: looked at before they are added, refused line by line."""

import re
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.people.models import Account, Member, Post

LIST = "工号,姓名,登录名,工作邮箱,部门,岗位\n901,钱多多,qian,qian@example.cn,受理组,一线人员\n902,孙小小,sun,,handling,specialist\n"


def test_people_come_from_a_list_after_a_look_at_it(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    path = reverse("setup:people")
    before = Member.objects.count()
    looked = client.post(path, {"text": LIST, "look": "yes"})
    assert looked.status_code == 200
    assert Member.objects.count() == before
    answer = client.post(path, {"text": LIST, "add": "yes"})
    assert answer.status_code == 201
    held = Post.objects.select_related("member", "unit").filter(member__staff_number__in=["901", "902"])
    posts = {post.member.staff_number: (post.unit.code, post.role) for post in held}
    assert posts == {"901": ("intake", "frontline"), "902": ("handling", "specialist")}
    password = re.findall(r"<code>([^<]+)</code>", answer.content.decode())[0]
    account = Account.objects.get(username="qian")
    assert account.check_password(password)
    assert account.password_given
    again = client.post(path, {"text": LIST + "903,李三,li,,intake,frontline\n", "add": "yes"})
    assert again.status_code == 201
    assert Member.objects.count() == before + 3


WRONG_LINES = [
    ("904,,zhao,,intake,frontline", "姓名"),
    ("904,赵一,zhao,,nowhere,frontline", "nowhere"),
    ("904,赵一,zhao,,intake,boss", "boss"),
    ("904,赵一,supervisor,,intake,frontline", "supervisor"),
    ("904,赵一,zhao zhao,,intake,frontline", "登录名"),
    ("904,赵一,zhao,no address,intake,frontline", "工作邮箱"),
    ("904,赵一,zhao,,intake,mediator", "调解员级别"),
    ("901,赵一,zhao,,intake,frontline", "901"),
]


@pytest.mark.parametrize(("line", "word"), WRONG_LINES)
def test_a_wrong_line_is_named_and_nobody_is_added(cast: Cast, sign_in: Any, line: str, word: str) -> None:
    before = Member.objects.count()
    answer = sign_in(cast.mgmt_rep).post(reverse("setup:people"), {"text": f"{LIST}{line}\n", "add": "yes"})
    wrong = [one for one in answer.context["lines"] if one.errors]
    assert [one.number for one in wrong] == [4]
    assert word in " ".join(wrong[0].errors)
    assert Member.objects.count() == before


@pytest.mark.parametrize("text", ["", "姓名,岗位\n", "x" * 200_001, "工号,姓名,部门,岗位\n" + "1,a,b,c\n" * 501])
def test_a_list_that_cannot_be_read_is_refused_in_a_sentence(cast: Cast, sign_in: Any, text: str) -> None:
    answer = sign_in(cast.mgmt_rep).post(reverse("setup:people"), {"text": text, "add": "yes"})
    assert answer.status_code == 422
