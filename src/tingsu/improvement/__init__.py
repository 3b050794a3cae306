"""Improvement: nonconformities, contacts that are no complaints, and later root causes, corrective action, lessons."""
