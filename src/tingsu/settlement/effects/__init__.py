"""What the steps of settlement do beside moving the state, by subject."""

from tingsu.settlement.effects import drafting, execution, opinions, outside, recourse

__all__ = ["drafting", "execution", "opinions", "outside", "recourse"]
