"""Every sentence that the bot itself says in Telegram, in each language of the interface."""

from wuzhen.bot.telegram.messages.languages import Language

_Three = dict[Language, str]


def say(phrase: str, language: Language, **values: object) -> str:
    """Return a phrase in a language, with its values filled in."""
    return PHRASES[phrase][language].format(**values)


def _three(hant: str, hans: str, en: str) -> _Three:
    return {"hant": hant, "hans": hans, "en": en}


PHRASES: dict[str, _Three] = {
    "welcome": _three(
        "你好！我是{name}，只用文件的原文回答問題：一字不改，附上出處編號；沒有寫的，我會直說。\n\n"
        "直接把問題傳給我就可以，也可以從這裡讀起：",
        "你好！我是{name}，只用文件的原文回答问题：一字不改，附上出处编号；没有写的，我会直说。\n\n"
        "直接把问题发给我就可以，也可以从这里读起：",
        "Hello! I am {name}. I answer only with the documents' own words, unchanged and with "
        "their reference numbers, and say so when they do not say.\n\n"
        "Just send me a question, or begin to read here:",
    ),
    "help": _three(
        "直接提問，或使用：\n{commands}\n\n"
        "回覆我的答案可以接著追問；改了問題，答案也跟著改。\n"
        "群組裡請用 /ask、提到 @{username} 或回覆我。"
        "在任何聊天輸入「@{username} 問題」可以引用原文。",
        "直接提问，或使用：\n{commands}\n\n"
        "回复我的答案可以接着追问；改了问题，答案也跟着改。\n"
        "群组里请用 /ask、提到 @{username} 或回复我。"
        "在任何聊天输入“@{username} 问题”可以引用原文。",
        "Just ask, or use:\n{commands}\n\n"
        "Reply to an answer to follow it up; edit your question and its answer changes too.\n"
        "In groups use /ask, mention @{username} or reply to me. "
        "In any chat, type “@{username} question” to quote the text.",
    ),
    "help_admin": _three("管理員：", "管理员：", "For administrators:"),
    "help_privacy_mode": _three(
        "想讓我看到群組裡的 @提及：請在 @BotFather 用 /setprivacy 關閉私隱模式，"
        "再把我重新加入群組。",
        "想让我看到群组里的 @提及：请在 @BotFather 用 /setprivacy 关闭隐私模式，"
        "再把我重新加入群组。",
        "For mentions in groups to reach me, switch privacy mode off (/setprivacy at @BotFather) "
        "and add me to the group again.",
    ),
    "group_hello": _three(
        "大家好！用 /ask 加上問題、提到 @{username} 或回覆我的訊息，我就用文件的原文回答。",
        "大家好！用 /ask 加上问题、提到 @{username} 或回复我的消息，我就用文件的原文回答。",
        "Hello, all! Use /ask with a question, mention @{username} or reply to me, and I answer "
        "with the documents' own words.",
    ),
    "ask_what": _three(
        "請在 /ask 後面寫上問題，例如：/ask {example}",
        "请在 /ask 后面写上问题，例如：/ask {example}",
        "Write your question after /ask, for example: /ask {example}",
    ),
    "ref_which": _three(
        "請寫上參考資料的編號，例如：/ref {example}",
        "请写上参考资料的编号，例如：/ref {example}",
        "Write the number of a reference, for example: /ref {example}",
    ),
    "ref_none": _three(
        "文中沒有參考資料 [{number}]。",
        "文中没有参考资料 [{number}]。",
        "The text has no reference [{number}].",
    ),
    "ref_title": _three(
        "標有 [{number}] 的原文：",
        "标有 [{number}] 的原文：",
        "What the text marks with [{number}]:",
    ),
    "schedule_none": _three(
        "文件裡沒有日程表。", "文件里没有日程表。", "The documents have no timetable."
    ),
    "schedule_no_day": _three(
        "日程表裡沒有這一天。有的是：",
        "日程表里没有这一天。有的是：",
        "The timetable has no such day. It has:",
    ),
    "morning": _three("上午", "上午", "morning"),
    "afternoon": _three("下午", "下午", "afternoon"),
    "evening": _three("晚上", "晚上", "evening"),
    "refused": _three(
        "文中沒有提到這一點。最接近的段落：",
        "文中没有提到这一点。最接近的段落：",
        "The text does not say. The nearest passages:",
    ),
    "refused_bare": _three(
        "文中沒有提到這一點。", "文中没有提到这一点。", "The text does not say."
    ),
    "context_title": _three("上下文：", "上下文：", "In its context:"),
    "context_none": _three(
        "這裡只有這一段，前後沒有別的：",
        "这里只有这一段，前后没有别的：",
        "It stands alone there, with nothing around it:",
    ),
    "related_title": _three(
        "相關原文 {place}/{count}：",
        "相关原文 {place}/{count}：",
        "Related passage {place} of {count}:",
    ),
    "near_title": _three(
        "最接近的段落 {place}/{count}，未必回答了問題：",
        "最接近的段落 {place}/{count}，未必回答了问题：",
        "Near passage {place} of {count}; it may not answer the question:",
    ),
    "changed": _three(
        "原文後來改過，這一段的上下文已經找不到了。",
        "原文后来改过，这一段的上下文已经找不到了。",
        "The document has changed since, and this passage is no longer in it.",
    ),
    "converted": _three(
        "簡體（轉換，非原文）：",
        "简体（转换，非原文）：",
        "Simplified (converted, not the original):",
    ),
    "why": _three("哪裡不好？", "哪里不好？", "What is wrong with it?"),
    "button_context": _three("📖 上下文", "📖 上下文", "📖 Context"),
    "button_next": _three("下一則 ▶", "下一则 ▶", "Next ▶"),
    "button_previous": _three("◀ 上一則", "◀ 上一则", "◀ Previous"),
    "button_back": _three("↩ 返回", "↩ 返回", "↩ Back"),
    "button_page": _three("第 {page} 頁", "第 {page} 页", "Page {page}"),
    "button_more": _three("下一頁 ▶", "下一页 ▶", "More ▶"),
    "button_less": _three("◀ 上一頁", "◀ 上一页", "◀ Back a page"),
    "button_open": _three("在私聊中打開", "在私聊中打开", "Open in private chat"),
    "why_unrelated": _three("答非所問", "答非所问", "Off the point"),
    "why_incomplete": _three("不完整", "不完整", "Incomplete"),
    "why_wrong": _three("引錯了", "引错了", "Wrong passage"),
    "why_missed": _three("文中其實有", "文中其实有", "The text does say"),
    "why_other": _three("其他", "其他", "Something else"),
    "thanks_up": _three("謝謝！", "谢谢！", "Thank you!"),
    "thanks_why": _three("謝謝，記下了。", "谢谢，记下了。", "Thank you, noted."),
    "expired": _three(
        "這個按鈕已經失效，請再問一次。",
        "这个按钮已经失效，请再问一次。",
        "This button is too old. Please ask again.",
    ),
    "not_yours": _three(
        "這個按鈕是給別人的。", "这个按钮是给别人的。", "This button is for somebody else."
    ),
    "new": _three(
        "好，從頭開始。之前的問題不再影響下一個答案。",
        "好，从头开始。之前的问题不再影响下一个答案。",
        "All right, a fresh start: earlier questions no longer matter.",
    ),
    "lang": _three(
        "介面語言：{current}\n引文永遠保持原文的字。",
        "界面语言：{current}\n引文永远保持原文的字。",
        "Language of the interface: {current}\nQuotes always keep their own characters.",
    ),
    "lang_auto": _three(
        "自動（跟隨 Telegram）", "自动（跟随 Telegram）", "automatic (as in Telegram)"
    ),
    "lang_beside_on": _three(
        "☑ 引文旁附簡體轉換", "☑ 引文旁附简体转换", "☑ Simplified beside the quote"
    ),
    "lang_beside_off": _three(
        "☐ 引文旁附簡體轉換", "☐ 引文旁附简体转换", "☐ Simplified beside the quote"
    ),
    "admins_only": _three(
        "群組的設定只有管理員可以改。",
        "群组的设置只有管理员可以改。",
        "Only the group's administrators can change its settings.",
    ),
    "when": _three(
        "我在這個群組什麼時候回答？",
        "我在这个群组什么时候回答？",
        "When shall I answer in this group?",
    ),
    "when_privacy_mode": _three(
        "（要看得到所有問題，須在 @BotFather 用 /setprivacy 關閉私隱模式，再把我重新加入群組。）",
        "（要看得到所有问题，须在 @BotFather 用 /setprivacy 关闭隐私模式，再把我重新加入群组。）",
        "(To see every question I need privacy mode off: /setprivacy at @BotFather, then add me "
        "to the group again.)",
    ),
    "when_private": _three(
        "這個設定只用於群組；私聊裡我總是回答。",
        "这个设置只用于群组；私聊里我总是回答。",
        "This is a setting of groups; in private I always answer.",
    ),
    "when_addressed": _three("只在叫我的時候", "只在叫我的时候", "Only when spoken to"),
    "when_all": _three(
        "文中有答案的每個問題", "文中有答案的每个问题", "At every question that the text answers"
    ),
    "when_off": _three("不回答", "不回答", "Not at all"),
    "privacy": _three(
        "我保存什麼：你問我的問題、我的答案、你的評價、這個聊天的設定，以及你的 Telegram 編號。"
        "不保存名字、電話，也不保存群組裡沒有對我說的話"
        "（管理員用 /when 讓我回答每個問題時，我答了的問題除外）。\n\n"
        "為什麼：讓追問和按鈕可以用，並改進答案。不用於廣告，不交給別人。\n\n"
        "多久：{days} 天後自動刪除。\n\n"
        "/export 取得全部資料，/forget 立即刪除。",
        "我保存什么：你问我的问题、我的答案、你的评价、这个聊天的设置，以及你的 Telegram 编号。"
        "不保存名字、电话，也不保存群组里没有对我说的话"
        "（管理员用 /when 让我回答每个问题时，我答了的问题除外）。\n\n"
        "为什么：让追问和按钮可以用，并改进答案。不用于广告，不交给别人。\n\n"
        "多久：{days} 天后自动删除。\n\n"
        "/export 取得全部资料，/forget 立即删除。",
        "What I keep: your questions, my answers, your ratings, this chat's settings and your "
        "Telegram id. No names, no phone numbers, and in groups nothing that is not said to me "
        "(but the questions that I answered where /when has me answer every question).\n\n"
        "Why: so that follow-ups and buttons work, and to improve the answers. Not for "
        "advertising, and nobody else gets it.\n\n"
        "How long: it is deleted after {days} days.\n\n"
        "/export gives you all of it, /forget deletes it at once.",
    ),
    "forget": _three(
        "要刪除我保存的、關於你的一切嗎？問題、答案、評價和設定都會刪去，無法復原。",
        "要删除我保存的、关于你的一切吗？问题、答案、评价和设置都会删去，无法恢复。",
        "Delete everything I keep about you? Questions, answers, ratings and settings go for good.",
    ),
    "forget_yes": _three("🗑 刪除", "🗑 删除", "🗑 Delete"),
    "forget_no": _three("保留", "保留", "Keep"),
    "forgotten": _three("都刪除了。", "都删除了。", "All deleted."),
    "not_forgotten": _three("好，都留著。", "好，都留着。", "All right, nothing was deleted."),
    "export": _three(
        "這是我保存的、關於你的一切。",
        "这是我保存的、关于你的一切。",
        "This is everything that I keep about you.",
    ),
    "export_title": _three(
        "我保存的、關於 Telegram 用戶 {user} 的一切",
        "我保存的、关于 Telegram 用户 {user} 的一切",
        "All that I keep about the Telegram user {user}",
    ),
    "export_times": _three(
        "時間是世界協調時（UTC）。", "时间是世界协调时（UTC）。", "Times are in UTC."
    ),
    "export_chat": _three("聊天 {chat}", "聊天 {chat}", "chat {chat}"),
    "export_topic": _three("話題 {topic}", "话题 {topic}", "topic {topic}"),
    "export_messages": _three(
        "問題是訊息 {asked}，答案是訊息 {shown}",
        "问题是消息 {asked}，答案是消息 {shown}",
        "asked in message {asked}, answered in message {shown}",
    ),
    "export_related": _three("附上的其他段落：", "附上的其他段落：", "Passages offered beside it:"),
    "export_others": _three(
        "對別人的答案的評價", "对别人的答案的评价", "Ratings of other people's answers"
    ),
    "export_settings": _three("私聊的設定", "私聊的设置", "Choices for the private chat"),
    "export_waiting": _three(
        "還沒處理或沒有處理成的", "还没处理或没有处理成的", "Not dealt with yet, or failed"
    ),
    "export_numbers": _three("只留編號的", "只留编号的", "Of which only the numbers are left"),
    "export_private": _three(
        "這個請在和我的私聊裡用，資料只給你一個人看。",
        "这个请在和我的私聊里用，资料只给你一个人看。",
        "Please use this in our private chat: the data is for your eyes only.",
    ),
    "nobody": _three(
        "我不知道你是誰（匿名管理員或頻道），所以沒有你的資料。",
        "我不知道你是谁（匿名管理员或频道），所以没有你的资料。",
        "I cannot tell who you are (an anonymous admin or a channel), so I keep nothing of you.",
    ),
    "hint_text": _three(
        "我只看得懂文字。請把問題寫下來傳給我。",
        "我只看得懂文字。请把问题写下来发给我。",
        "I only read text. Please write your question.",
    ),
    "hint_words": _three(
        "請用文字提問，例如：{example}",
        "请用文字提问，例如：{example}",
        "Please ask in words, for example: {example}",
    ),
    "too_long": _three(
        "這太長了。請縮成一個 {limit} 字以內的問題。",
        "这太长了。请缩成一个 {limit} 字以内的问题。",
        "That is too long. Please make it one question of under {limit} characters.",
    ),
    "unknown_command": _three(
        "沒有這個指令。/help 列出全部指令。",
        "没有这个指令。/help 列出全部指令。",
        "There is no such command. /help lists them all.",
    ),
    "slow_down": _three(
        "問得太快了，請等 {seconds} 秒再問。",
        "问得太快了，请等 {seconds} 秒再问。",
        "That is a lot at once. Please wait {seconds} seconds before the next question.",
    ),
    "slow_down_group": _three(
        "這個群組問得太快了，請等 {seconds} 秒再問。",
        "这个群组问得太快了，请等 {seconds} 秒再问。",
        "This group asks a lot at once. Please wait {seconds} seconds before the next question.",
    ),
    "stranger": _three(
        "抱歉，我只為架設我的人所列出的人和群組回答。想加入的話，請把這個編號告訴他：{id}",
        "抱歉，我只为架设我的人所列出的人和群组回答。想加入的话，请把这个编号告诉他：{id}",
        "Sorry, I answer only the people and groups that my operator has listed. To be one of "
        "them, tell the operator this number: {id}",
    ),
    "stranger_in_group": _three(
        "抱歉，我只為架設我的人所列出的人和群組回答。想在這裡用我的話，請把這個群組的編號告訴他：{group}"
        "（只想自己用，就說你的：{user}）",
        "抱歉，我只为架设我的人所列出的人和群组回答。想在这里用我的话，请把这个群组的编号告诉他：{group}"
        "（只想自己用，就说你的：{user}）",
        "Sorry, I answer only the people and groups that my operator has listed. To use me here, "
        "tell the operator this group's number: {group} (or, for you alone, yours: {user})",
    ),
    "stranger_pressed": _three(
        "抱歉，我只為列出的人和群組回答。",
        "抱歉，我只为列出的人和群组回答。",
        "Sorry, I answer only the people and groups on a list.",
    ),
    "late": _three(
        "抱歉，我離線了一陣子，這期間的問題沒有回答。還想知道的話，請再問一次。",
        "抱歉，我离线了一阵子，这期间的问题没有回答。还想知道的话，请再问一次。",
        "Sorry, I was away and left your question unanswered. If you still want to know, "
        "please ask again.",
    ),
    "sorry": _three(
        "抱歉，回答這一句時出了錯。請換個說法再問一次。",
        "抱歉，回答这一句时出了错。请换个说法再问一次。",
        "Sorry, something went wrong while I answered this. Please ask again in other words.",
    ),
    "inline_help": _three("怎樣引用原文", "怎样引用原文", "How to quote the text"),
    "inline_help_line": _three(
        "在 @{username} 後面寫上問題",
        "在 @{username} 后面写上问题",
        "Write a question after @{username}",
    ),
    "inline_button": _three("和我私聊", "和我私聊", "Talk to me in private"),
    "inline_not_sure": _three(
        "不確定文中有沒有提到；最接近的段落",
        "不确定文中有没有提到；最接近的段落",
        "Not sure; nearest passages",
    ),
    "inline_refused": _three(
        "文中沒有直接回答；最接近的段落",
        "文中没有直接回答；最接近的段落",
        "Not in the text; nearest passages",
    ),
    "inline_in_context": _three("在上下文中閱讀", "在上下文中阅读", "Read in context"),
    "about": _three(
        "用文件的原文回答問題：一字不改，附出處編號；沒有寫的，直說沒有。\n\n支援追問、群組、行內引用。",
        "用文件的原文回答问题：一字不改，附出处编号；没有写的，直说没有。\n\n支持追问、群组、行内引用。",
        "Answers questions with the documents' own words: unchanged, with their reference "
        "numbers, and says so when they do not say.\n\n"
        "Follow-ups, groups and inline quotes work too.",
    ),
    "about_short": _three(
        "用文件的原文回答問題，一字不改，附出處編號。",
        "用文件的原文回答问题，一字不改，附出处编号。",
        "Answers with the documents' own words, and says so when they do not say.",
    ),
    "command_start": _three("開始", "开始", "Begin"),
    "command_help": _three("怎樣使用", "怎样使用", "How to use the bot"),
    "command_ask": _three("提問", "提问", "Ask a question"),
    "command_ref": _three(
        "某個編號的出處標在哪裡", "某个编号的出处标在哪里", "What a reference number supports"
    ),
    "command_schedule": _three("日程表", "日程表", "The timetable"),
    "command_new": _three("開始新的話題", "开始新的话题", "Begin a new conversation"),
    "command_lang": _three("語言", "语言", "Language"),
    "command_when": _three("何時回答", "何时回答", "When to answer here"),
    "command_privacy": _three("保存了什麼資料", "保存了什么资料", "What is kept about you"),
    "command_forget": _three("刪除我的資料", "删除我的资料", "Delete my data"),
    "command_export": _three("取得我的資料", "取得我的资料", "Get my data"),
}

NAMES: _Three = {"hant": "繁體中文", "hans": "简体中文", "en": "English"}
"""The languages of the interface, each in itself."""
