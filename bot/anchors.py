"""Names of passages, by which links lead to them: in a page of the documents, or in a chat.

A name is a digest of what the passage says and of where: its document, its sections, its words. It
lasts through every edit that leaves these as they are, and no number is in it that would count on.
What is only read, not linked to, has the passages' numbers.
"""

import hashlib
from base64 import urlsafe_b64encode

from wuzhen.index.document import Passage


def digest(*words: str) -> str:
    """Return eight characters, fit for an address, that stand for some words (RFC 4648, 5)."""
    what = "\0".join(words).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(hashlib.blake2b(what, digest_size=6).digest()).decode()


def key(passage: Passage) -> str:
    """Return the short name of a passage; passages alike in words and place share one."""
    return digest(passage.document, *passage.section, passage.text)


def anchor(passage: Passage) -> str:
    """Return the fragment that leads to a passage in a page of its document."""
    return f"p_{key(passage)}"


def ordinal(number: int) -> int:
    """Return a passage's number as it is shown: counted from one."""
    return number + 1
