"""The complaint's own steps: record, contact, ownership, links, withdrawal."""
