"""Governance: evidence that the management system stands and is lived, and later policy, audits, reviews."""
