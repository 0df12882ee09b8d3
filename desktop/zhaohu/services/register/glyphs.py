"""What the fonts lack for a paper, for those who show it before it is printed."""

from zhaohu.paper.lacking import Lacking, lacking_in

__all__ = ["Lacking", "lacking_in"]
