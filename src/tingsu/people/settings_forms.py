"""The forms of the people settings. They read and lay out; the actions decide."""

import uuid
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.fields import in_language
from tingsu.pages.fields import CodeField, EmailField, TextField
from tingsu.people import knowledge, queries
from tingsu.people.actions.posts import DUTIES_SIGNS
from tingsu.people.models import Post, Unit
from tingsu.people.roles import MediatorLevel, Role, StaffLevel

CHINESE, ENGLISH = "zh-Hans", "en"
NONE = [("", "—")]


def offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Fill the choices of a field that depend on the organisation."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = choices


class MemberForm(forms.Form):
    """Who somebody is, to us and to complainants."""

    staff_number = TextField(label=_("Staff number"), max_length=20)
    name = TextField(
        label=_("Full name"),
        max_length=60,
        help_text=_("Stored encrypted; never shown to complainants without consent."),
    )
    alias_zh = TextField(
        label=_("Work identity in Chinese"), max_length=40, help_text=_("What complainants see, such as 沈老师.")
    )
    alias_en = TextField(label=_("Work identity in English"), max_length=40, help_text=_("Such as Agent Shen."))
    joined_on = forms.DateField(
        label=_("Works here since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    places = {"alias": "alias_zh"}

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "staff_number": data["staff_number"],
            "name": data["name"],
            "alias": {CHINESE: data["alias_zh"], ENGLISH: data["alias_en"]},
            "joined_on": data["joined_on"],
        }


class KnownMemberForm(MemberForm):
    """The same with what the person knows: it decides who is proposed for a case (PE-01, AS-06)."""

    topics = forms.MultipleChoiceField(
        label=_("Knows these kinds of problems"), required=False, widget=forms.CheckboxSelectMultiple
    )
    products = TextField(
        label=_("Knows these products"),
        required=False,
        max_length=600,
        help_text=_("Words of products or brands, separated by commas. Whoever knows the product is proposed first."),
    )
    languages = forms.MultipleChoiceField(label=_("Speaks"), required=False, widget=forms.CheckboxSelectMultiple)
    groups = forms.MultipleChoiceField(
        label=_("Takes complaints and calls of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Special groups: what comes from them goes to whoever is named here and on duty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "topics", knowledge.options("topics"))
        offer(self, "languages", knowledge.options("languages"))
        offer(self, "groups", knowledge.options("groups"))

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        typed = [one.strip() for one in data["products"].replace("，", ",").split(",")]
        return super().values() | {
            "topics": data["topics"],
            "products": list(dict.fromkeys(one for one in typed if one)),
            "languages": data["languages"],
            "groups": data["groups"],
        }


class SignInForm(forms.Form):
    """By what somebody signs in."""

    username = CodeField(label=_("Sign-in name"), max_length=60, help_text=_("Small letters, digits, hyphens."))
    email = EmailField(label=_("Work e-mail"), required=False)


class NewMemberForm(MemberForm, SignInForm):
    """The same with an account and a first post."""

    def values(self) -> dict[str, Any]:
        return super().values() | {"username": self.cleaned_data["username"], "email": self.cleaned_data["email"]}


class PostForm(forms.Form):
    """A post: where, as what, since when."""

    unit = forms.ChoiceField(label=_("Unit or group"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    staff_level = forms.ChoiceField(label=_("Staff level"), required=False, choices=[*NONE, *StaffLevel.choices])
    mediator_level = forms.ChoiceField(
        label=_("Mediator level"), required=False, choices=[*NONE, *MediatorLevel.choices]
    )
    seat = forms.ChoiceField(label=_("Seat in the committee"), required=False, choices=[*NONE, *Post.Seat.choices])
    since = forms.DateField(
        label=_("Post from"),
        required=False,
        help_text=_("Empty: from now on."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("Post until"),
        required=False,
        help_text=_("The last day; empty: open."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    full_time = forms.BooleanField(label=_("Full time on complaints"), required=False, initial=True)
    is_head = forms.BooleanField(label=_("Leads the unit"), required=False)

    places = {"unit_id": "unit"}

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        offer(self, "unit", [(str(unit.pk), in_language(unit.name)) for unit in queries.units()])

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        values = {
            name: data[name] for name in ("role", "staff_level", "mediator_level", "seat", "full_time", "is_head")
        }
        values["unit_id"] = uuid.UUID(data["unit"])
        values["since"] = datetime.combine(data["since"], time.min, self.zone) if data["since"] else None
        # The last day counts: the period ends when the next one begins.
        last = data["until"]
        values["until"] = datetime.combine(last, time.max, self.zone) if last else None
        return values


class DutiesForm(forms.Form):
    """The duties of one post, in the firm's own words."""

    duties = TextField(
        label=_("Duties of this post"),
        required=False,
        max_length=DUTIES_SIGNS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words, beside those of the role. The holder is asked to confirm them."),
    )


class UnitForm(forms.Form):
    """A unit of the structure."""

    code = CodeField(
        label=_("Unit code"),
        max_length=40,
        help_text=_("Small letters, digits, hyphens; stays in addresses and rules."),
    )
    name_zh = TextField(label=_("Name in Chinese"), max_length=60)
    name_en = TextField(label=_("Name in English"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices)
    parent = forms.ChoiceField(label=_("Belongs to"), required=False)
    hosting = forms.ChoiceField(
        label=_("Where the body stands"),
        required=False,
        choices=[*NONE, *Unit.Hosting.choices],
        help_text=_("Of the complaint handling centre only. “Belongs to” names the department that hosts it."),
    )
    supplier = TextField(
        label=_("Staff of a supplier"),
        required=False,
        max_length=80,
        help_text=_(
            "The firm whose people work here, such as a call centre. Ratings can be told apart by it. Empty: our own people."
        ),
    )
    topics = TextField(
        label=_("Problem types routed here"),
        required=False,
        max_length=400,
        help_text=_(
            "Codes separated by commas, for business departments: qualification, product, ip, consumer, operation."
        ),
    )

    places = {"name": "name_zh", "parent_id": "parent"}

    def __init__(self, *args: Any, but: uuid.UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(str(unit.pk), in_language(unit.name)) for unit in queries.units() if unit.pk != but]
        offer(self, "parent", [*NONE, *others])

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        topics = [one.strip() for one in data["topics"].replace("，", ",").split(",") if one.strip()]
        return {
            "code": data["code"],
            "name": {CHINESE: data["name_zh"], ENGLISH: data["name_en"]},
            "kind": data["kind"],
            "parent_id": uuid.UUID(data["parent"]) if data["parent"] else None,
            "topics": topics,
            "hosting": data["hosting"],
            "supplier": data["supplier"],
        }


def unit_initial(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name_zh": unit.name.get(CHINESE, ""),
        "name_en": unit.name.get(ENGLISH, ""),
        "kind": unit.kind,
        "parent": str(unit.parent_id or ""),
        "topics": ", ".join(unit.topics),
        "hosting": unit.hosting,
        "supplier": unit.supplier,
    }
