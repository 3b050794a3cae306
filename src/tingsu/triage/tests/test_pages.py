"""The settings pages of the triage rulebooks, through the door for people."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approve_all
from tests.cast import Cast, Person
from tingsu.complaints.rulebook_pages import Editor
from tingsu.kernel import rulebooks
from tingsu.triage import editors, risk_rules
from tingsu.triage.suggest import suggest

SignIn = Callable[[Person], Client]


def posted(editor: Editor, **changes: str) -> dict[str, str]:
    """The draft page as a browser sends it unchanged, with some fields overwritten."""
    from tingsu.complaints.rulebook_pages import _cells

    body = rulebooks.versions(editor.kind)[0].body
    data = {"based_on": str(rulebooks.versions(editor.kind)[0].version), "note": "试行"}
    for index, row in enumerate(editor.rows(body)):
        cells = _cells(editor, index, row)
        data |= {cell.name: str(cell.value) for cell in cells["cells"]}
        data[f"entry-{index}-place"] = str(index + 1)
    return data | changes


@pytest.mark.req("TR-06", "TR-09", "TR-20", "AS-05")
@pytest.mark.parametrize("editor", editors.ALL, ids=lambda editor: editor.url_name)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_rulebook_is_shown_with_its_history_and_an_unchanged_draft_publishes(
    cast: Cast, sign_in: SignIn, editor: Editor, language: str
) -> None:
    address = reverse(editor.url_name)
    assert sign_in(cast.frontline).get(address).status_code == 403
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = language
    assert client.get(address).status_code == 200
    assert client.get(f"{address}edit/").status_code == 200
    response = client.post(f"{address}edit/", posted(editor) | {"publish": "1"})
    assert response.status_code == 303
    approve_all(cast)
    newest, shipped = rulebooks.versions(editor.kind)[0], rulebooks.version_of(editor.kind, 0)
    assert newest.version == 1
    assert newest.body == shipped.body


@pytest.mark.req("TR-06")
def test_risk_rules_are_changed_by_the_supervisor_alone(cast: Cast, sign_in: SignIn) -> None:
    editor = editors.RISK_RULES
    address = reverse(editor.url_name) + "edit/"
    place = [rule["code"] for rule in risk_rules.shipped()["high_risk"]].index("life")
    data = posted(editor, **{f"entry-{place}-any": "漏液\n漏液\n"}) | {"publish": "1"}
    assert sign_in(cast.mgmt_rep).post(address, data).status_code == 403
    assert rulebooks.in_force(risk_rules.KIND).version == 0
    assert sign_in(cast.supervisor).post(address, data).status_code == 303
    approve_all(cast)
    body = rulebooks.in_force(risk_rules.KIND).body
    assert body["high_risk"][place]["any"] == ["漏液"]
    assert suggest("电池漏液", rules=body).grade == "high_risk"
    assert suggest("半夜起火", rules=body).grade == "general"


@pytest.mark.req("TR-06", "TR-12")
def test_a_draft_is_compared_before_it_is_published_and_bad_values_lose_nothing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    address = reverse(editors.RISK_THRESHOLDS.url_name) + "edit/"
    compared = client.post(
        address, posted(editors.RISK_THRESHOLDS, **{"entry-0-major_loss_yuan": "20000"}) | {"check": "1"}
    )
    assert compared.status_code == 200
    assert "Major loss from (yuan)" in compared.content.decode()
    refused = client.post(
        address, posted(editors.RISK_THRESHOLDS, **{"entry-0-major_loss_yuan": "viel"}) | {"publish": "1"}
    )
    assert refused.status_code == 422
    assert 'value="viel"' in refused.content.decode()
    assert rulebooks.in_force(risk_rules.KIND).version == 0


@pytest.mark.req("TR-03")
def test_a_sub_category_is_added_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    added = {"entry-0-code": "6.1", "entry-0-name-zh-Hans": "态度恶劣", "entry-0-name-en": "Rudeness", "publish": "1"}
    response = sign_in(cast.supervisor).post(
        reverse(editors.CATEGORIES.url_name) + "edit/", posted(editors.CATEGORIES) | added
    )
    assert response.status_code == 303
    approve_all(cast)
    assert rulebooks.in_force("categories").body["subcategories"][0]["code"] == "6.1"


@pytest.mark.req("CO-04")
def test_the_routing_page_names_problem_types_that_nobody_answers_for(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    address = reverse(editors.ROUTING.url_name)
    assert client.get(address).content.decode().count("No department answers for:") == 5
    filled = posted(editors.ROUTING_DEFAULT, **{"entry-0-default": "logistics"}) | {"publish": "1"}
    assert client.post(reverse(editors.ROUTING_DEFAULT.url_name) + "edit/", filled).status_code == 303
    approve_all(cast)
    assert "No department answers for:" not in client.get(address).content.decode()
