"""听诉 Tingsu: a complaint management system that keeps its promises and can prove it."""

__version__ = "0.1.0"
