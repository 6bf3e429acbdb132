"""Questions about the documents themselves: what they are about, and what stands in them."""

from typing import Literal

from wuzhen.bot.question.words import phrases

About = Literal["lead", "sections"]


def about_documents(form: str) -> About | None:
    """Return what of the documents a question in its canonical form asks for, if it asks that."""
    if form in phrases("lead of the documents"):
        return "lead"
    return "sections" if form in phrases("sections of the documents") else None
