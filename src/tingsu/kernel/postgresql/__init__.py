"""Django's PostgreSQL, told that a tenant table is keyed by organisation and id together."""
