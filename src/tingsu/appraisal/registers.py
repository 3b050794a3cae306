"""The registers of appraisal and recognition, each declared in a file of its own."""

from tingsu.appraisal import appraisals, awards, innovations, suggestions  # noqa: F401 declared when read
