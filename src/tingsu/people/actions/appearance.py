"""How the pages look and answer to one account; no business of an organisation, so it has no history."""

from tingsu.people.models import Account

MOST_DISMISSED = 20


def set_appearance(account: Account, *, theme: str, keys_off: bool) -> None:
    """Keep the theme ("" follows the device) and whether single keys are switched off (WCAG 2.1.4)."""
    account.theme, account.keys_off = theme, keys_off
    account.save(update_fields=["theme", "keys_off"])


def dismiss(account: Account, note: str) -> None:
    """Show a lasting note to this person no more; the newest twenty are remembered. Everybody else still sees it."""
    account.dismissed = [*(one for one in account.dismissed if one != note), note][-MOST_DISMISSED:]
    account.save(update_fields=["dismissed"])
