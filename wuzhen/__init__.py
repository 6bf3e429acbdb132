"""Ask your documents questions and get answers quoted verbatim, with citations.

Importing this package loads nothing else. `wuzhen.index` reads and ranks documents, `wuzhen.bot`
answers from them. In a checkout both are links to the folders of these names at the top.
"""

__all__ = ["__version__"]

__version__ = "0.2.0"
