"""Every door into which people type makes it plain and refuses what is too long; nothing is cut (docs/input.md)."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.test import Client
from django.urls import reverse

import tingsu
from tests.cast import Cast
from tingsu.calendars.queries import KIND
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.models import Complaint
from tingsu.intake.reading import read_intake
from tingsu.intake.tests.test_register_complaint import STORY, registered
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, too_long
from tingsu.kernel.models import Rulebook
from tingsu.pages.fields import CodeField, EmailField, TextField
from tingsu.process.values import TEXT_LIMIT

SOURCE = Path(tingsu.__file__).parent
HIDDEN = "\u202e词\u200b语\u2060"


def forms_of_ours() -> Iterator[type[forms.BaseForm]]:
    for config in apps.get_app_configs():
        if not config.name.startswith("tingsu."):
            continue
        for path in sorted(Path(config.path).rglob("*.py")):
            if "forms" in path.read_text() and "tests" not in path.parts and "migrations" not in path.parts:
                import_module(".".join(("tingsu", *path.relative_to(SOURCE).with_suffix("").parts)))
    waiting = [forms.BaseForm]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("tingsu.") and "tests" not in kind.__module__:
                yield kind


def test_every_form_makes_plain_what_is_typed() -> None:
    seen = 0
    for form in forms_of_ours():
        if any(base.__module__.startswith("allauth") for base in form.__mro__):
            continue  # passwords and one-time codes, read by the package that checks them
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                seen += 1
                assert isinstance(field, TextField | EmailField | CodeField), (form, name)
    assert seen > 25


def test_no_page_lets_the_browser_cut_what_is_pasted() -> None:
    for path in SOURCE.rglob("*.html"):
        for tag in re.findall(r"<(?:input|textarea)[^>]*>", path.read_text()):
            assert "maxlength" not in tag, path
    assert "maxlength" not in str(TextField(max_length=3).widget.attrs)
    assert "maxlength" not in str(EmailField(max_length=3).widget.attrs)


def test_a_field_of_a_form_takes_away_what_nobody_sees_and_counts_what_is_too_long() -> None:
    assert TextField().clean(f" {HIDDEN}\r\n") == "词语"
    assert TextField(widget=forms.Textarea).clean("a\r\nb") == "a\nb"
    assert EmailField().clean("ｃｈｅｎ＠example.com\u200b") == "chen@example.com"
    with pytest.raises(forms.ValidationError):
        TextField().clean("\u200b\u3164")
    with pytest.raises(forms.ValidationError) as refused:
        TextField(max_length=3).clean("abcd")
    assert {"3", "4"} <= set(re.findall(r"\d+", str(refused.value)))


TEXTS = [
    field for field in INTAKE_FIELDS if field.kind in {"text", "longtext"} and field.name not in {"country", "repeats"}
]


@pytest.mark.parametrize("field", TEXTS, ids=lambda field: field.name)
def test_each_text_of_a_registration_is_refused_whole_beyond_its_limit(field: object) -> None:
    limit = field.limit or TEXT_LIMIT[field.kind]  # type: ignore[attr-defined]
    name = field.name  # type: ignore[attr-defined]
    extra = {"mode": "other"} if name == "mode_other" else {}
    with pytest.raises(InvalidInput) as refused:
        read_intake({**STORY, **extra, name: "字" * (limit + 7)})
    error = refused.value.fields[name]
    assert (error.code, error.data) == ("too_long", {"limit": limit, "count": limit + 7})
    assert str(limit + 7) in str(error)


def test_the_refusal_says_what_was_counted_in_both_languages() -> None:
    from django.utils.translation import override

    for language in ("en", "zh-hans"):
        with override(language):
            assert re.findall(r"\d+", str(too_long("x" * 12, 10))) == ["12", "10"]


@pytest.mark.django_db
def test_a_story_of_ten_thousand_signs_is_refused_with_every_sign_kept(cast: Cast, client: Client) -> None:
    story = "退款没有到账。" * 1430
    for _page in range(2):
        answer = client.post(
            reverse("portal:submit", args=["story"]), {"description": story, "cause": "refund"}, follow=True
        )
        page = answer.content.decode()
        assert story in page
        assert str(len(story)) in page
    assert not Complaint.objects.exists()


def test_what_is_registered_holds_nothing_that_nobody_sees(cast: Cast) -> None:
    made = registered(cast, description=f"{HIDDEN}\n\u2066第二行", product=HIDDEN, branch="滨江\u00a0 店")
    assert (made.text("description"), made.product, made.branch) == ("词语\n第二行", "词语", "滨江 店")


def test_settings_keep_nothing_that_nobody_sees(cast: Cast) -> None:
    body = rulebooks.in_force(KIND).body
    rules = rulebooks.publish(actor=cast.top_mgmt.actor, kind=KIND, body=body, note=HIDDEN)
    assert rules.body == body
    assert Rulebook.objects.get(pk=rules.id).note == "词语"
    holiday = {"on": "10-01", "name": {"zh-Hans": HIDDEN, "en": "x"}}
    rules = rulebooks.publish(actor=cast.top_mgmt.actor, kind=KIND, body={**body, "fixed_holidays": [holiday]})
    assert rules.body["fixed_holidays"][0]["name"]["zh-Hans"] == "词语"


def test_a_view_is_called_by_what_can_be_seen(cast: Cast, sign_in: Callable[..., Client]) -> None:
    from tingsu.complaints import kept_filters

    look = kept_filters.Look(hidden=[], compact=False, by_limit=False)
    kept = kept_filters.save_view(cast.frontline.actor, name=HIDDEN, filters={"grade": "high"}, look=look)
    assert kept.name == "词语"
    for name, code in (("\u200b", "required"), ("x" * 41, "too_long")):
        with pytest.raises(InvalidValue) as refused:
            kept_filters.save_view(cast.frontline.actor, name=name, filters={}, look=look)
        assert refused.value.code == code
