"""Partners of the firm in its register, as somebody with the right publishes them."""

from tests.cast import Cast
from tingsu.casework import partners
from tingsu.kernel import rulebooks


def name_partners(cast: Cast, *names: tuple[str, str, str]) -> None:
    rows = [
        {
            "code": code,
            "kind": kind,
            "name": {"zh-Hans": name, "en": code},
            "contact": {"zh-Hans": "95338", "en": "95338"},
            "matters": {},
        }
        for code, kind, name in names
    ]
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=partners.KIND, body={"partners": rows}, note="更新合作方")
