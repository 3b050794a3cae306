"""How a demo case goes: the chapters of its life, told as moves that the walk makes through the real actions."""

from tingsu.demo.story.plot import tell

__all__ = ["tell"]
