"""``./tingsu setup``: the first organisation, or another one, from the terminal, a file or a link for the browser."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.forms import CheckboxSelectMultiple, Field, Form, MultipleChoiceField
from django.urls import reverse
from django.utils import translation

from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import organisations, other_host, own_address, public_address, refused_host
from tingsu.pages.refusal import sentences_of
from tingsu.setup import enterprise, founding, links
from tingsu.setup.forms import AdministratorForm, ContactForm, FirstForm, RulesForm

FORMS: dict[str, type[Form]] = {
    "firm": FirstForm,
    "rules": RulesForm,
    "contact": ContactForm,
    "administrator": AdministratorForm,
}
"""The parts of a file, and the questions in the terminal, in their order."""
Parts = dict[str, dict[str, Any]]


class Command(OwnCommand):
    help = (
        "Set up an organisation. Without options it asks in the terminal; --file reads a TOML file, --set single values; "
        "--link makes a one-time link for the browser."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = "values:\n" + "\n".join(
            f"  {part}.{name}" for part, form in FORMS.items() for name in form.base_fields
        )
        parser.add_argument(
            "--link", action="store_true", help="make a one-time link that opens the set-up in the browser"
        )
        parser.add_argument("--quiet-when-done", action="store_true", help=argparse.SUPPRESS)
        parser.add_argument("--file", type=Path, help="a TOML file with the parts firm, rules, contact, administrator")
        parser.add_argument(
            "--set", action="append", default=[], metavar="PART.NAME=VALUE", help="one value; may be repeated"
        )
        parser.add_argument("--another", action="store_true", help="a further organisation beside those that are there")
        parser.add_argument(
            "--join",
            action="store_true",
            help="the administrator's sign-in name may be that of an account that is there",
        )
        parser.add_argument(
            "--list", action="store_true", help="the organisations that are there, and how they are reached"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            if options["list"]:
                return self._list()
            if options["link"]:
                return self._link(quiet=options["quiet_when_done"])
            if not links.is_open() and not options["another"]:
                raise CommandError("An organisation is set up here already: say --another to set up a further one.")
            given = self._given(options["file"], options["set"])
            if not given and not sys.stdin.isatty():
                raise CommandError("There is nobody to ask: give --file or --set, or --link for the browser.")
            parts = self._read(given) if given else self._ask()
            return self._found(parts, join=options["join"])

    def _list(self) -> None:
        for slug, row in organisations().items():
            self.stdout.write(f"{slug}  {row.name.get('zh-Hans', '')}  {'  '.join(addresses_of(row))}")
            self._warn(row)

    def _link(self, *, quiet: bool) -> None:
        try:
            token = links.make_link()
        except TingsuError as error:
            if quiet:
                return
            raise CommandError(str(error)) from error
        path = reverse("setup:link", args=[token]).removeprefix(settings.PREFIX)
        self.stdout.write("Set up Tingsu here, once, within a day · 请在一天内打开此一次性链接完成初始设置：")
        self.stdout.write(f"\n  {settings.PUBLIC_URL}{path}\n")

    def _given(self, file: Path | None, values: list[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        if file is not None:
            try:
                found = tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise CommandError(f"{file} is no TOML file: {error}.") from error
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        for one in values:
            place, equals, value = one.partition("=")
            part, dot, name = place.partition(".")
            if not equals or not dot:
                raise CommandError(f"{one!r} is not PART.NAME=VALUE, such as firm.name_zh=示例公司.")
            found.setdefault(part, {})[name] = value
        for part, answers in found.items():
            if part not in FORMS or not isinstance(answers, dict):
                raise CommandError(f"{part!r} is no part of a set-up; the parts are {', '.join(FORMS)}.")
            if unknown := sorted(set(answers) - set(FORMS[part].base_fields)):
                raise CommandError(f"{part} has no {', '.join(unknown)}; it has {', '.join(FORMS[part].base_fields)}.")
        return found

    def _read(self, given: dict[str, dict[str, Any]]) -> Parts:
        parts: Parts = {}
        wrong = []
        for part, form_class in FORMS.items():
            answers = {
                name: field.initial for name, field in form_class.base_fields.items() if field.initial is not None
            }
            if part == "rules":
                answers |= proposed(parts.get("firm", {}))
            answers |= {
                name: _typed(form_class.base_fields[name], value) for name, value in given.get(part, {}).items()
            }
            form = form_class(answers)
            if form.is_valid():
                parts[part] = form.cleaned_data
            wrong += [f"{part}.{name}: {' '.join(str(one) for one in errors)}" for name, errors in form.errors.items()]
        if wrong:
            raise CommandError("Nothing was made. " + "\n".join(wrong))
        return parts

    def _ask(self) -> Parts:
        parts: Parts = {}
        self.stdout.write("Set up Tingsu. Enter takes what stands in brackets; Ctrl-C stops, and nothing was made.\n")
        for part, form_class in FORMS.items():
            self.stdout.write(f"\n{part}")
            answers: dict[str, Any] = {}
            first = {name: field.initial for name, field in form_class.base_fields.items()}
            first |= proposed(parts["firm"]) if part == "rules" else {}
            asked = list(form_class.base_fields)
            while asked:
                for name in asked:
                    answers[name] = self._one(form_class.base_fields[name], answers.get(name, first.get(name)))
                form = form_class(answers)
                asked = [name for name in form.errors if name in form_class.base_fields]
                for name, errors in form.errors.items():
                    self.stdout.write(f"  {name}: {' '.join(str(one) for one in errors)}")
            parts[part] = form.cleaned_data
        return parts

    def _one(self, field: Field, before: Any) -> Any:
        choices = getattr(field, "choices", None)
        if choices:
            for code, label in choices:
                self.stdout.write(f"    {code}: {label}")
        shown = ",".join(before) if isinstance(before, list | tuple) else before
        mark = f" [{shown}]" if shown not in (None, "", False) else ""
        typed = input(f"  {field.label}{mark}: ").strip()
        return _typed(field, typed) if typed else before

    def _found(self, parts: Parts, *, join: bool) -> None:
        person = parts.pop("administrator")
        firm = {name: value for answers in parts.values() for name, value in answers.items()}
        try:
            with founding.alone():
                made = founding.found(founding.plan_of(firm, person), join=join)
        except TingsuError as error:
            raise CommandError(" ".join(sentences_of(error).values())) from error
        row = made.organisation
        reached = addresses_of(row)
        self.stdout.write(f"{row.slug} is open: {' and '.join(reached)}")
        self._warn(row)
        sign_in = reverse("account_login").removeprefix(settings.PREFIX)
        at = reached[-1 if refused_host(row) else 0].rstrip("/")
        self.stdout.write(f"Sign in at {at}{sign_in} as {made.account.username}")
        if made.password:
            self.stdout.write(f"First password, shown once, good for choosing an own one: {made.password}")
        self.stdout.write("Then open Settings, Set-up: the list of what is still to be done, the second factor first.")

    def _warn(self, row: Organisation) -> None:
        if name := refused_host(row):
            self.stdout.write(
                f"  This server does not answer to {name} yet: put it into TINGSU_HOSTS, "
                "its origin into TINGSU_ORIGINS, and start the server anew."
            )
        if name := other_host(row):
            self.stdout.write(f"  At {name} people find another organisation: enter it as the host of its own too.")


def addresses_of(row: Organisation) -> list[str]:
    """Every address at which people find it, the best first; the last, by its path, this server always answers."""
    found = (public_address(row), own_address(row), f"{settings.PUBLIC_URL}/o/{row.slug}")
    return [f"{one}/" for one in dict.fromkeys(found) if one]


def proposed(firm: dict[str, Any]) -> dict[str, Any]:
    """What the pages propose from the firm's answers: documents with their reasons, profile."""
    if "kind" not in firm:
        return {}
    codes = enterprise.applicable(firm["kind"], firm["size"])
    return {
        "documents": list(codes),
        "reason": enterprise.reasons(codes),
        "profile": enterprise.profile_for(firm["kind"]),
    }


def _typed(field: Field, value: Any) -> Any:
    if isinstance(field, MultipleChoiceField) or isinstance(field.widget, CheckboxSelectMultiple):
        return value if isinstance(value, list) else [one.strip() for one in str(value).split(",") if one.strip()]
    if isinstance(value, bool):
        return "on" if value else ""
    return value if isinstance(value, str) else json.dumps(value)
