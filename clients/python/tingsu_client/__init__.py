"""A client of the API of Tingsu 听诉: register complaints, follow them, take steps, hear of events. Needs nothing but Python."""

from tingsu_client.client import Client, Problem, Unreachable
from tingsu_client.webhooks import NotGenuine, verify

__all__ = ["Client", "NotGenuine", "Problem", "Unreachable", "verify"]
