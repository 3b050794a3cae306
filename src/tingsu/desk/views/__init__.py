"""Views of the staff shell, by subject."""
