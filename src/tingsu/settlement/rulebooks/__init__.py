"""The rulebooks of settlement: handling bases, remedies, ways of redress. Shipped defaults and their checks."""
