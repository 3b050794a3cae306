"""What is asked at set-up and on the organisation's page. The same forms read a page, a file and the terminal."""

import contextlib
import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.profiles import PROFILES
from tingsu.kernel import addresses
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import leads_nowhere
from tingsu.pages.fields import CodeField, EmailField, PlainField, TextField
from tingsu.people.models import Account
from tingsu.setup import enterprise
from tingsu.setup.templates_of_units import ADMINISTRATORS, STRUCTURES

TELEPHONE = re.compile(r"^[0-9+()\-\s#*转]{5,40}$")
HOST = re.compile(r"^[a-z0-9]([a-z0-9\-.]*[a-z0-9])?$")
USUAL_ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Singapore", "UTC")


def clean_host(typed: str) -> str:
    """A host name as people type it, without scheme and path. Raises ValidationError."""
    host = typed.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    with contextlib.suppress(ValueError):
        host = addresses.host_as_sent(host)
    if host and not HOST.match(host):
        raise ValidationError(_("Enter a host name such as complaints.example.cn."))
    return host


class FirmForm(forms.Form):
    """Who the firm is."""

    name_zh = TextField(label=_("Name in Chinese"), max_length=120)
    name_en = TextField(
        label=_("Name in English"), max_length=120, required=False, help_text=_("Empty: the Chinese name is shown.")
    )
    kind = forms.ChoiceField(label=_("Kind of enterprise"), choices=list(enterprise.KINDS.items()), initial="service")
    sector = forms.ChoiceField(label=_("Sector"), choices=list(enterprise.SECTORS.items()), initial="other")
    counts_likewise = forms.BooleanField(
        label=_("Another sector that counts like these three"),
        required=False,
        help_text=_("Then a staffed hotline is a duty here too, once users and complaints are many (ISC 7.1.1.2)."),
    )
    size = forms.ChoiceField(label=_("Size of the enterprise"), choices=list(enterprise.SIZES.items()), initial="small")
    users = forms.ChoiceField(label=_("Users or customers"), choices=list(enterprise.USERS.items()), initial="few")
    volume = forms.ChoiceField(label=_("Complaints"), choices=list(enterprise.VOLUMES.items()), initial="few")


class DocumentsForm(forms.Form):
    """Which documents apply, and why (OE-18)."""

    documents = forms.MultipleChoiceField(
        label=_("Documents that apply"),
        choices=list(enterprise.DOCUMENTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = TextField(
        label=_("Why these"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Kept with the choice."),
    )


class RulesForm(DocumentsForm):
    """Documents, and what the firm begins with: time limits and units."""

    profile = forms.ChoiceField(
        label=_("Time limits of"),
        choices=[(code, one.label) for code, one in PROFILES.items()],
        initial="strictest",
        help_text=_("The strictest of all keeps every document; each line can be changed later."),
    )
    structure = forms.ChoiceField(
        label=_("Units"),
        choices=[(code, one.label) for code, one in STRUCTURES.items()],
        initial="svc",
        widget=forms.RadioSelect,
        help_text=_("Names can be changed, units opened and closed afterwards."),
    )


class ContactForm(forms.Form):
    """How complainants reach the firm, and where it lives."""

    hotline = PlainField(label=_("Hotline"), max_length=40, required=False)
    hotline_staffed = forms.BooleanField(label=_("People answer the hotline in these hours"), required=False)
    email = EmailField(label=_("Mailbox for complaints"), max_length=120, required=False)
    hours_zh = TextField(label=_("Service hours in Chinese"), max_length=120, required=False)
    hours_en = TextField(label=_("Service hours in English"), max_length=120, required=False)
    address_zh = TextField(label=_("Postal address in Chinese"), max_length=200, required=False)
    address_en = TextField(label=_("Postal address in English"), max_length=200, required=False)
    other_ways_zh = TextField(
        label=_("Other ways to complain in Chinese"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One a line, such as the mini-program, the APP or the counter of a shop. They stand on the public pages."
        ),
    )
    other_ways_en = TextField(
        label=_("Other ways to complain in English"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    shown_in_app = forms.BooleanField(
        label=_("Hotline and mailbox stand in a prominent place of our website and APP"), required=False
    )
    time_zone = PlainField(
        label=_("Time zone"), max_length=60, initial="Asia/Shanghai",
        help_text=_("Such as Asia/Shanghai. Days, numbers and working days follow it."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("First language"), choices=settings.LANGUAGES, initial="zh-hans")
    public_url = PlainField(
        label=_("Public address"), max_length=200, required=False,
        help_text=_("Such as https://complaints.example.cn. Letters carry links to it; while it is empty they carry none."),
    )  # fmt: skip
    host = PlainField(
        label=_("Host of its own"), max_length=200, required=False,
        help_text=_("Only where several organisations share this installation: at this host people find this one."),
    )  # fmt: skip

    def clean_hotline(self) -> str:
        typed = str(self.cleaned_data["hotline"]).strip()
        if typed and not TELEPHONE.match(typed):
            raise ValidationError(_("Enter a telephone number such as 400-800-1234."))
        return typed

    def clean_time_zone(self) -> str:
        typed = str(self.cleaned_data["time_zone"])
        if typed not in available_timezones():
            raise ValidationError(_("This time zone is not known. Write it as Asia/Shanghai."))
        return typed

    def clean_public_url(self) -> str:
        typed = str(self.cleaned_data["public_url"]).strip().rstrip("/")
        if not typed:
            return ""
        found, wrong = (
            addresses.split(typed),
            ValidationError(_("Enter an address such as https://complaints.example.cn.")),
        )
        if found is None:
            raise wrong
        if leads_nowhere(typed):
            raise ValidationError(_("This address leads to this machine only: complainants could not open it."))
        try:
            return addresses.as_sent(found)
        except ValueError as error:
            raise wrong from error

    def clean_host(self) -> str:
        return clean_host(self.cleaned_data["host"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("hotline_staffed") and not data.get("hotline") and "hotline" not in self.errors:
            self.add_error("hotline", _("Enter the number that people answer."))
        return data


class FirstContactForm(ContactForm):
    """The same at the first set-up: one organisation needs no host of its own, and other ways can wait."""

    host = other_ways_zh = other_ways_en = None  # type: ignore[assignment]


class AdministratorForm(forms.Form):
    """The first person: who signs in first and lets the others in."""

    name = TextField(
        label=_("Full name"),
        max_length=60,
        help_text=_("Stored encrypted; never shown to complainants without consent."),
    )
    staff_number = TextField(label=_("Staff number"), max_length=20, initial="001")
    alias_zh = TextField(
        label=_("Work identity in Chinese"), max_length=40, required=False,
        help_text=_("What complainants see, such as 沈老师. Empty: the staff number."),
    )  # fmt: skip
    alias_en = TextField(
        label=_("Work identity in English"), max_length=40, required=False, help_text=_("Such as Agent Shen.")
    )
    username = CodeField(label=_("Sign-in name"), max_length=60, help_text=_("Small letters, digits, hyphens."))
    email = EmailField(label=_("Work e-mail"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(code, words) for code, (words, _roles) in ADMINISTRATORS.items()], initial="mgmt_rep"
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number = data.get("staff_number", "")
        data["alias_zh"] = data.get("alias_zh") or f"工号 {number}"
        data["alias_en"] = data.get("alias_en") or f"Agent {number}"
        if data.get("name") and data["name"] in {data.get("alias_zh"), data.get("alias_en")}:
            self.add_error("alias_zh", _("The work identity must not be the person's name: complainants see it."))
        return data


class PasswordForm(AdministratorForm):
    """The same on the page, where the person types an own password."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits."),
    )
    again = forms.CharField(
        label=_("Password again"), max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        password = data.get("password")
        if password and data.get("again") is not None and password != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        elif password:
            try:
                validate_password(password, Account(username=data.get("username", ""), email=data.get("email", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class ShortNameForm(forms.Form):
    """How the organisation is called in addresses and tokens."""

    slug = CodeField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("For addresses: small letters, digits, hyphens."),
    )

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()


class FirstForm(ShortNameForm, FirmForm):
    """The first page of the set-up."""

    field_order = ("name_zh", "name_en", "slug")


class UnitForm(forms.Form):
    """Whether the firm settles disputes as a unit of the 12315 platform (KP-15)."""

    odr = forms.ChoiceField(label=_("Unit of 12315 ODR"), choices=list(enterprise.ODR.items()), required=False)
    odr_since = forms.DateField(
        label=_("Unit of 12315 ODR since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip
    odr_desk = TextField(
        label=_("Contact for 12315 ODR"),
        max_length=120,
        required=False,
        help_text=_("Post or desk, and its telephone."),
    )
    odr_agreement = TextField(
        label=_("Agreement on 12315 ODR"), max_length=200, required=False, help_text=_("Its number, and where it lies.")
    )

    def clean_odr_since(self) -> str:
        day = self.cleaned_data["odr_since"]
        return day.isoformat() if day else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("odr") == enterprise.UNIT:
            for name in ("odr_since", "odr_desk", "odr_agreement"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in: the firm is a unit of 12315 ODR."))
        return data


class OrganisationForm(FirmForm, DocumentsForm, ContactForm, UnitForm):
    """The organisation's page in the settings: all of it, at any later time."""

    read_at = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        *FirmForm.base_fields, *DocumentsForm.base_fields, *ContactForm.base_fields, *UnitForm.base_fields,
    )  # fmt: skip


def short_name(name_en: str, name_zh: str) -> str:
    """A short name from the firm's names: of the English one, else of nothing but "firm"."""
    return (slugify(name_en) or slugify(name_zh) or "firm")[:40].strip("-")


FACTS = (
    "kind",
    "sector",
    "counts_likewise",
    "size",
    "users",
    "volume",
    "documents",
    "reason",
    "hotline_staffed",
    "shown_in_app",
    "other_ways_zh",
    "other_ways_en",
    "odr",
    "odr_since",
    "odr_desk",
    "odr_agreement",
)


def columns_of(data: dict[str, Any]) -> dict[str, Any]:
    """What was answered, as the columns of the organisation's row; what was not asked is left out."""
    found: dict[str, Any] = {
        name: data[name] for name in ("time_zone", "language", "hotline", "email", "public_url", "host") if name in data
    }
    for column, field in (("name", "name"), ("address", "address"), ("service_hours", "hours")):
        if f"{field}_zh" in data:
            found[column] = {"zh-Hans": data[f"{field}_zh"], "en": data.get(f"{field}_en", "")}
    if facts := {name: data[name] for name in FACTS if name in data}:
        found["enterprise"] = facts
    return found


def answers_of(organisation: Organisation) -> dict[str, Any]:
    """The organisation's row as answers: what its page shows first."""
    found = {
        name: getattr(organisation, name)
        for name in ("time_zone", "language", "hotline", "email", "public_url", "host")
    }
    for column, field in (("name", "name"), ("address", "address"), ("service_hours", "hours")):
        texts = getattr(organisation, column) or {}
        found |= {f"{field}_zh": texts.get("zh-Hans", ""), f"{field}_en": texts.get("en", "")}
    return found | {name: organisation.enterprise[name] for name in FACTS if name in organisation.enterprise}
