"""What sweeping the store and backing it up agree on."""

KEEPING = 7_402_846_512
"""An advisory lock of the database: whoever deletes files takes it alone, whoever copies them all shares it."""
