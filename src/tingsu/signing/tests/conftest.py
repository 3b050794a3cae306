"""What the tests of signing share."""

from typing import Any

import pytest

from tingsu.kernel import organisations

HOME = "https://tousu.example.cn"


@pytest.fixture
def reached(organisation: Any, settings: Any) -> None:
    """The firm has an address that others reach, and mail leaves: letters carry links."""
    settings.EMAIL_HOST = "mail.example.cn"
    organisation.public_url = HOME
    organisation.save(update_fields=["public_url"])
    organisations.forget_organisations()
