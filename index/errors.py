"""The errors of `index`, each one line that names a cause and a way out.

RetrievalError              base class of everything that `index` raises; a WuzhenError
├── KnowledgeError          the documents cannot be used
├── EmbeddingsFailed        the configured embeddings cannot be had
├── IndexMissing            there is no index where one was expected
└── IndexUnusable           what lies there cannot be used
    ├── IndexVersion        it was built by another version
    └── IndexCorrupt        its bytes are not those that were written
"""

from wuzhen.errors import WuzhenError


class RetrievalError(WuzhenError):
    """Base class of everything that `index` raises; its text is fit to be shown to a user."""


class KnowledgeError(RetrievalError):
    """The knowledge folder is missing, empty, or holds nothing that can be read."""


class IndexMissing(RetrievalError):
    """There is no index where one was expected."""


class IndexUnusable(RetrievalError):
    """What lies where the index should be cannot be used; building it again helps."""


class IndexVersion(IndexUnusable):
    """The index was built by another version of the program."""


class IndexCorrupt(IndexUnusable):
    """The bytes of the index are not those that were written."""
