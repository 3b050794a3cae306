"""A shop that registers complaints about its orders and hears what becomes of them, with the client of clients/python.

pip install ./clients/python
TINGSU=https://complaints.example.com TINGSU_TOKEN=tingsu.… TINGSU_SECRET=whsec_… python docs/examples/shop.py
"""

import os
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import make_server

from tingsu_client import Client, NotGenuine, verify

LONGEST = 1_000_000


class Shop:
    """Orders of a shop that somebody complained about, and how far each complaint is."""

    def __init__(self, tingsu: Client, secret: str) -> None:
        self.tingsu, self.secret = tingsu, secret
        self.orders: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self.seen: set[str] = set()

    def complain(self, order: str, name: str, phone: str, words: str, fen: int) -> str:
        """Register a complaint about an order, once however often the button is pressed; its number."""
        made = self.tingsu.register(
            {
                "problem_type": "consumer",
                "mode": "internet",
                "channel": "api",
                "order_number": order,
                "name": name,
                "phone": phone,
                "description": words,
                "demands": [{"kind": "refund", "amount": fen}],
            },
            key=f"order-{order}",
        )
        self.numbers[made["number"]] = order
        self.orders.setdefault(order, made["state"])
        return made["number"]

    def hook(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        """The address of the subscription, as a WSGI application. Anything but 2xx is sent again later."""
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LONGEST)
        body = environ["wsgi.input"].read(length)
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        try:
            event = verify(self.secret, headers, body)
        except NotGenuine:
            start("401 Unauthorized", [])
            return []
        if event["id"] not in self.seen:
            self.seen.add(event["id"])
            self.heard(event)
        start("204 No Content", [])
        return []

    def heard(self, event: dict[str, Any]) -> None:
        """Keep how far a complaint is."""
        subject = event.get("subject", {})
        if (order := self.numbers.get(subject.get("number", ""))) is not None:
            self.orders[order] = subject["state"]


if __name__ == "__main__":
    shop = Shop(Client(os.environ["TINGSU"], os.environ["TINGSU_TOKEN"]), os.environ["TINGSU_SECRET"])
    make_server("127.0.0.1", 8900, shop.hook).serve_forever()
