"""Groups, topics and channels: an answer only when asked, in the same place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.telegram.conftest import Scripted
from tests.telegram.talk import ADA, BOB, CHANNEL, FORUM, GROUP, ME, PRIVATE, Talk, user

BOT = {"id": ME.id, "is_bot": True, "first_name": "Bot", "username": ME.username}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}


class TestAddressed:
    @pytest.mark.parametrize(
        "text",
        [
            "/ask 有多少志願者",
            f"/ask@{ME.username} 有多少志願者",
            f"/ASK@{ME.username.upper()} 有多少志願者",
            f"@{ME.username} 有多少志願者",
            f"有多少 @{ME.username}志願者",
            f"有多少志願者@{ME.username}",
        ],
    )
    async def test_by_command_or_mention(self, talk: Talk, librarian: Scripted, text: str) -> None:
        (shown,) = await talk.say(text, GROUP)
        assert librarian.asked[-1][0].replace(" ", "") == "有多少志願者"
        assert shown.chat == GROUP["id"]
        assert shown.replies_to is not None

    async def test_by_a_reply(self, talk: Talk, librarian: Scripted) -> None:
        (shown,) = await talk.say("/ask 一是什麼", GROUP)
        await talk.say("二是什麼", GROUP, reply_to=shown)
        assert librarian.asked[-1] == ("二是什麼", ("一是什麼",))

    async def test_by_a_mention_without_username(self, talk: Talk, librarian: Scripted) -> None:
        mention = {"type": "text_mention", "offset": 2, "length": 3, "user": BOT}
        await talk.say("😀bot 有多少志願者", GROUP, entities=[mention])
        assert librarian.asked[-1][0] == "😀 有多少志願者"

    async def test_ask_as_a_reply_asks_what_it_replies_to(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        other = talk.message("有多少志願者", GROUP, BOB)
        await talk.say("/ask", GROUP, reply_to=other)
        assert librarian.asked[-1][0] == "有多少志願者"

    async def test_ask_about_an_answer_continues_it(self, talk: Talk, librarian: Scripted) -> None:
        (shown,) = await talk.say("/ask 一是什麼", GROUP)
        await talk.say("/ask 二是什麼", GROUP, BOB, reply_to=shown)
        assert librarian.asked[-1] == ("二是什麼", ("一是什麼",))

    async def test_ask_alone_says_how(self, talk: Talk, librarian: Scripted) -> None:
        (shown,) = await talk.say("/ask", GROUP)
        assert "/ask" in shown.text
        assert librarian.asked == []


class TestSilence:
    @pytest.mark.parametrize(
        "text",
        [
            "有多少志願者",
            "/ask@other_bot 有多少志願者",
            "@other_bot 有多少志願者",
            f"@{ME.username}x 有多少志願者",
            f"{ME.username} 有多少志願者",
            "/unknown",
            f"/unknown@{ME.username}",
            "/stats",
            f"@{ME.username}",
            f"@{ME.username} 👍",
        ],
    )
    async def test_when_not_asked(self, talk: Talk, librarian: Scripted, text: str) -> None:
        assert await talk.say(text, GROUP) == []
        assert librarian.asked == []

    async def test_to_replies_to_others(self, talk: Talk) -> None:
        other = talk.message("哈哈", GROUP, BOB)
        assert await talk.say("有多少志願者", GROUP, reply_to=other) == []

    async def test_to_stickers_and_thanks_in_reply(self, talk: Talk) -> None:
        (shown,) = await talk.say("/ask 一是什麼", GROUP)
        assert await talk.say("👍", GROUP, reply_to=shown) == []
        location: Any = {"latitude": 1.0, "longitude": 1.0}
        assert await talk.say(None, GROUP, reply_to=shown, location=location) == []

    async def test_to_all_of_a_topic_that_the_bot_opened(self, talk: Talk) -> None:
        """In a topic every message replies to its beginning."""
        opened: Any = talk.message(
            None, FORUM, BOT, forum_topic_created={"name": "News", "icon_color": 1}
        )
        topic: dict[str, Any] = {"message_thread_id": 7, "is_topic_message": True}
        assert await talk.say("有多少志願者", FORUM, reply_to=opened, **topic) == []

    async def test_to_what_a_channel_posts_in_its_group(self, talk: Talk) -> None:
        fields: dict[str, Any] = {"sender_chat": CHANNEL, "is_automatic_forward": True}
        assert await talk.say(f"@{ME.username} 志願者", GROUP, **fields) == []


class TestPlaces:
    async def test_the_answer_stands_in_the_same_topic(self, talk: Talk) -> None:
        topic: dict[str, Any] = {"message_thread_id": 7, "is_topic_message": True}
        (shown,) = await talk.say("/ask 志願者", FORUM, **topic)
        assert shown.params["message_thread_id"] == 7

    async def test_general_and_reply_chains_have_no_thread_id(self, talk: Talk) -> None:
        (general,) = await talk.say("/ask 志願者", FORUM)
        (chain,) = await talk.say("/ask 志願者", GROUP, message_thread_id=55)
        assert "message_thread_id" not in general.params
        assert "message_thread_id" not in chain.params

    async def test_each_user_and_topic_has_a_conversation(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        await talk.say("/ask 一是什麼", FORUM)
        await talk.say("/ask 二是什麼", FORUM, BOB)
        assert librarian.asked[-1] == ("二是什麼", ())
        topic: dict[str, Any] = {"message_thread_id": 7, "is_topic_message": True}
        await talk.say("/ask 三是什麼", FORUM, **topic)
        assert librarian.asked[-1] == ("三是什麼", ())
        await talk.say("/ask 四是什麼", FORUM)
        assert librarian.asked[-1] == ("四是什麼", ("一是什麼",))

    async def test_new_ends_only_ones_own(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say("/ask 一是什麼", GROUP)
        await talk.say("/ask 二是什麼", GROUP, BOB)
        await talk.say("/new", GROUP, BOB)
        await talk.say("/ask 三是什麼", GROUP)
        assert librarian.asked[-1] == ("三是什麼", ("一是什麼",))


class TestNobody:
    async def test_an_anonymous_administrator_is_answered(self, talk: Talk) -> None:
        (shown,) = await talk.say("/ask 志願者", GROUP, ANONYMOUS, sender_chat=GROUP)
        assert shown.chat == GROUP["id"]

    async def test_a_message_without_a_sender_is_answered(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        await talk.say("/ask 志願者", GROUP, None, sender_chat=CHANNEL)
        await talk.say("/ask 為什麼", GROUP, None, sender_chat=CHANNEL)
        assert librarian.asked[-1] == ("為什麼", ("志願者",))

    async def test_a_channel_post_is_answered_when_addressed(self, talk: Talk) -> None:
        post = talk.message("/ask 志願者", CHANNEL, None, sender_chat=CHANNEL)
        (shown,) = await talk.update(channel_post=post)
        assert shown.chat == CHANNEL["id"]
        other = talk.message("志願者", CHANNEL, None, sender_chat=CHANNEL)
        assert await talk.update(channel_post=other) == []

    async def test_the_group_is_limited_as_a_whole(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_group_rate=4)
        said = [await talk.say(f"/ask 問題{n}", GROUP, user(2000 + n)) for n in range(8)]
        answers = [one.text for shown in said for one in shown]
        assert sum("請等" not in text for text in answers) == 4
        nobody = await talk.say("/ask 問題", GROUP, None, sender_chat=GROUP)
        assert all("請等" in one.text for one in nobody)
        assert "請等" not in (await talk.say("問題"))[0].text


class TestMembership:
    def change(self, chat: Any, old: str, new: str, **more: Any) -> Any:
        def member(status: str) -> Any:
            return {"status": status, "user": BOT, **more.get(status, {})}

        return {
            "chat": chat,
            "from": ADA,
            "date": 1,
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }

    async def test_added_to_a_group_it_says_hello_once(self, talk: Talk) -> None:
        added = self.change(GROUP, "left", "member")
        (hello,) = await talk.update(my_chat_member=added)
        assert ME.username in hello.text
        assert await talk.update(my_chat_member=self.change(GROUP, "member", "left")) == []
        assert not (await talk.store.chats.get(GROUP["id"])).active

    async def test_promoted_it_says_nothing(self, talk: Talk) -> None:
        names = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages "
            "can_manage_video_chats can_restrict_members can_promote_members can_change_info "
            "can_invite_users can_post_stories can_edit_stories can_delete_stories"
        )
        rights = dict.fromkeys(names.split(), False)
        change = self.change(GROUP, "member", "administrator", administrator=rights)
        assert await talk.update(my_chat_member=change) == []

    async def test_privacy_mode_is_told(self, begin: Callable[..., Talk]) -> None:
        talk = begin(me=replace(ME, reads_groups=False))
        (hello,) = await talk.update(my_chat_member=self.change(GROUP, "left", "member"))
        assert "/setprivacy" in hello.text

    async def test_blocked_and_unblocked_in_private(self, talk: Talk) -> None:
        blocked = self.change(PRIVATE, "member", "kicked", kicked={"until_date": 0})
        assert await talk.update(my_chat_member=blocked) == []
        assert not (await talk.store.chats.get(PRIVATE["id"])).active
        back = self.change(PRIVATE, "kicked", "member", kicked={"until_date": 0})
        assert await talk.update(my_chat_member=back) == []
        assert (await talk.store.chats.get(PRIVATE["id"])).active

    async def test_what_waited_for_a_chat_that_is_left_is_dropped(self, talk: Talk) -> None:
        await talk.store.outbox.put(GROUP["id"], "sendMessage", {"text": "late"})
        await talk.update(my_chat_member=self.change(GROUP, "member", "left"))
        assert [call.method for call in talk.calls] == []

    async def test_a_message_wakes_an_inactive_chat(self, talk: Talk) -> None:
        await talk.store.chats.change(PRIVATE["id"], active=False)
        await talk.say("/start")
        assert (await talk.store.chats.get(PRIVATE["id"])).active


NEW: dict[str, Any] = {"id": -1009999, "type": "supergroup", "title": "Group"}


class TestMigration:
    async def test_settings_and_conversations_move_along(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        await talk.store.chats.change(GROUP["id"], language="en")
        await talk.say("/ask 一是什麼", GROUP)
        left = talk.message(None, GROUP, migrate_to_chat_id=NEW["id"])
        joined = talk.message(None, NEW, migrate_from_chat_id=GROUP["id"])
        for message in (left, joined, left):
            assert await talk.update(message=message) == []
        (shown,) = await talk.say("/ask 二是什麼", NEW)
        assert librarian.asked[-1] == ("二是什麼", ("一是什麼",))
        assert (await talk.store.chats.get(NEW["id"])).language == "en"
        assert shown.chat == NEW["id"]

    async def test_in_the_other_order(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say("/ask 一是什麼", GROUP)
        joined = talk.message(None, NEW, migrate_from_chat_id=GROUP["id"])
        await talk.update(message=joined)
        left = talk.message(None, GROUP, migrate_to_chat_id=NEW["id"])
        await talk.update(message=left)
        await talk.say("/ask 二是什麼", NEW)
        assert librarian.asked[-1] == ("二是什麼", ("一是什麼",))
