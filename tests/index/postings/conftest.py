"""Both ways of reckoning, and small collections that hypothesis makes up."""

import pytest
from hypothesis import strategies as st

from wuzhen.index.postings import kernel
from wuzhen.index.postings.kernel.compiler import compile_kernel

if kernel.KERNEL is None and compile_kernel():
    kernel.KERNEL = kernel.load()

# Terms of every length about eight bytes, of all widths in UTF-8, some with the same beginning.
TERMS = (
    "a",
    "b",
    "cc",
    "~烏鎮",
    "烏鎮",
    "烏",
    "\U00020000",
    "#1",
    "abcdefgh",
    "abcdefghi",
    "abcdefghj",
)
terms = st.sampled_from(TERMS)
texts = st.lists(st.lists(terms, max_size=10), max_size=24)
weights = st.sampled_from([1.0, 0.9, 0.5, 0.25])
concepts = st.lists(
    st.dictionaries(st.sampled_from([*TERMS, "nowhere"]), weights, max_size=3), max_size=6
)


@pytest.fixture(params=["kernel", "numpy"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Reckon by the kernel, or by NumPy alone."""
    found: str = request.param
    if found == "numpy":
        monkeypatch.setattr(kernel, "KERNEL", None)
    elif kernel.KERNEL is None:
        pytest.skip("no C compiler here: apt-get install gcc")
    return found
