"""A hand that counts: what a person presses and fills in, from the first page of the desk to the end of a flow.

A *press* is a link, a button or a menu that is opened; a *field* is a control that is typed into, chosen or ticked. What
a form holds already is read and left alone, as a person would: only what is empty, or must be otherwise, is touched.
"""

from datetime import timedelta
from typing import Any

from tingsu.kernel.clock import now, travel_to
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter


class Hand:
    """Counts over everybody who takes part; `sits_down` is the next person's."""

    def __init__(self, window: Any, sign_in: Any) -> None:
        self.window, self.sign_in, self.page = window, sign_in, window.page
        self.presses, self.fields = 0, 0
        self.said: list[str] = []

    # who and when

    def sits_down(self, person: Any) -> None:
        """Another person opens the desk."""
        self.sign_in(person)
        self.window.open("/desk/")

    def post_leaves(self) -> None:
        """The letters on their way leave, a quarter of a minute later; nobody presses anything for it."""
        with travel_to(now() + timedelta(seconds=15)):
            for letter in Letter.objects.filter(state="queued", send_after__lte=now()).order_by("pk"):
                letters.deliver(letter.pk)

    # presses

    def press(self, what: Any, words: str = "") -> None:
        """One press, and what it leads to."""
        target = self.page.locator(what) if isinstance(what, str) else what
        self.presses += 1
        self.said.append(f"press {words or what}")
        target.first.click()
        self.rests()

    def rests(self) -> None:
        """Until the page stands still: what was asked for is answered, no other page is on its way."""
        from playwright.sync_api import Error as Moving

        still, seen = 0, None
        for _turn in range(80):
            try:
                self.window.settle()
                self.window.passes(0.03)
                now_seen = self.page.evaluate("[document.readyState, performance.timeOrigin, location.href]")
            except Moving:
                still = 0
                continue
            still = still + 1 if now_seen == seen and now_seen[0] == "complete" else 0
            seen = now_seen
            if still == 2:
                return

    def opens_case(self, number: str) -> None:
        """From the list where it stands for this person."""
        self.press(
            self.page.locator("main a", has_text=number).or_(self.page.locator(f'main a[href*="{number}"]')), number
        )

    def step(self, name: str) -> None:
        """The button of a step, wherever it stands; a menu that hides it is opened first."""
        link = self.page.locator(f'main a[href*="/steps/{name}/"]').first
        if not link.is_visible():
            self.press(
                self.page.locator("details.menu", has=self.page.locator(f'a[href*="/steps/{name}/"]')).locator(
                    "summary"
                ),
                "…",
            )
        self.press(link, name)
        self.window.shows(f'form[action*="/steps/{name}/"]')

    def send(self, form: str = "") -> None:
        """The button that sends the open form; afterwards nothing is refused."""
        place = self.page.locator(form or "dialog[open] form[data-step]")
        self.press(place.locator("[data-send]"), "send")
        refused = self.page.locator(".error-summary")
        assert refused.count() == 0, refused.first.inner_text()

    def takes(self, name: str, **fields: Any) -> None:
        """A step in its dialog: its button, what it wants to know, and send."""
        self.step(name)
        self.gives(**fields)
        self.send()

    # fields

    def gives(self, form: str = "dialog[open] form[data-step]", **wanted: str | bool | list[str]) -> None:
        """See to it that the form says this; `…` takes whatever stands there already. Lines of a table: `remedies__0__code`."""
        for name, value in wanted.items():
            self._give(form, name.replace("__", "-"), value)

    def _give(self, form: str, name: str, value: Any) -> None:
        controls = self.page.locator(f'{form} [name="{name}"]')
        if controls.count() == 0:
            raise AssertionError(f"no field {name} in {self.page.url}")
        first = controls.first
        kind = first.evaluate("one => one.type")
        if kind in {"radio", "checkbox"}:
            for wanted in value if isinstance(value, list) else [value]:
                one = controls.locator(f'xpath=self::*[@value="{"yes" if wanted is True else wanted}"]')
                if not one.first.is_checked():
                    self._reveal(one.first)
                    one.first.check(force=True)
                    self._touched(name)
        elif kind == "select-one":
            if first.input_value() != value:
                self._reveal(first)
                first.select_option(value)
                self._touched(name)
        elif not first.input_value().strip():
            self._reveal(first)
            first.fill(str(value))
            self._touched(name)

    def _reveal(self, control: Any) -> None:
        """Opening a folded part is a press."""
        for folded in control.locator("xpath=ancestor::details[not(@open)]").all():
            self.press(folded.locator("summary").first, "unfold")

    def _touched(self, name: str) -> None:
        self.fields += 1
        self.said.append(f"field {name}")
