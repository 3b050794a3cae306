"""Registers of the management system: each declared as data, all served by one kit."""
