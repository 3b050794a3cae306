"""Event hooks: what happens here is told to other systems as it happens, signed, in order, and again until they have it (IG-01)."""
