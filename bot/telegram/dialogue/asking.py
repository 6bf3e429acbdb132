"""A question, answered: with what was asked before in mind, and kept for buttons and follow-ups."""

import telegram

from wuzhen.bot.store import Turn
from wuzhen.bot.telegram.dialogue.scene import Means, Scene
from wuzhen.bot.telegram.messages import views
from wuzhen.bot.telegram.messages.buttons import View
from wuzhen.bot.telegram.messages.excerpts import keep, kept
from wuzhen.bot.telegram.outgoing import NEW_TURN, REPLACES, NewTurn, Outgoing, Response

REMEMBERED = 6
"""Earlier questions that a question is understood with."""


async def respond(
    question: str,
    place: Scene,
    means: Means,
    replied: telegram.Message | None = None,
    replaced: Turn | None = None,
    *,
    alone: bool = False,
) -> Response:
    """Answer a question that replies to a message, or corrects an earlier turn, or neither.

    `alone` when it is no part of a conversation with the bot: nothing before it is thought of.
    """
    history = [] if alone else await _history(place, means, replied, replaced)
    librarian = means.librarian()
    # What the program says itself it says in the user's language, whatever the question's.
    payer = place.user or place.chat.chat
    answer = await means.answering.answer(librarian, question, history, payer)
    answered = answer.said_in(place.language)
    value = keep(
        answered,
        librarian,
        language=place.language,
        simplified=place.beside,
        history=history,
        replaces=replaced.id if replaced else "",
    )
    shown = views.of_turn(NEW_TURN, value, View(), librarian)
    assert shown is not None  # the answer itself is always there
    if replaced is None:
        call = place.reply(shown, NEW_TURN)
    else:
        # Without a message: the sender finds the one in which the replaced answer stands.
        merge = f"question:{place.message}"
        call = Outgoing("editMessageText", shown, place.chat.chat, turn=NEW_TURN, merge=merge)
    turn = NewTurn(
        where=place.where,
        question=question,
        answer=value.as_json(),
        answered=answered.answered,
        asked_in=place.message,
    )
    return place.response(call, turn=turn)


async def _history(
    place: Scene, means: Means, replied: telegram.Message | None, replaced: Turn | None
) -> list[str]:
    """Return the earlier questions of the conversation that this one belongs to, oldest first."""
    conversations = means.store.conversations
    if replaced is not None:
        return list(kept(replaced.answer).history)
    if replied is not None:
        continued = await conversations.shown(place.chat.chat, replied.message_id)
        if continued is not None:
            earlier = kept(continued.answer).history
            return [*earlier, continued.question][-REMEMBERED:]
    within = means.settings.telegram_follow_up_minutes * 60.0
    turns = await conversations.last(place.where, 2 * REMEMBERED, within)
    corrected = {turn.answer.get(REPLACES) for turn in turns}
    return [turn.question for turn in turns if turn.id not in corrected][-REMEMBERED:]
