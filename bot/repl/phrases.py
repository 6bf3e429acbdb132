"""Every sentence that the conversation in the terminal itself says, in each of its languages."""

from wuzhen.bot.phrases import Language

_Four = dict[Language, str]


def say(phrase: str, language: Language, **values: object) -> str:
    """Return a phrase in a language, with its values filled in."""
    return PHRASES[phrase][language].format(**values)


def _four(hant: str, hans: str, en: str, yue: str) -> _Four:
    return {"hant": hant, "hans": hans, "en": en, "yue": yue}


PHRASES: dict[str, _Four] = {
    "welcome": _four(
        "請直接提問。/ 列出指令，Tab 補全，Ctrl-D 離開。",
        "请直接提问。/ 列出命令，Tab 补全，Ctrl-D 离开。",
        "Just ask. / lists the commands, Tab completes, Ctrl-D leaves.",
        "直接問就得。/ 列出指令，Tab 補全，Ctrl-D 走人。",
    ),
    "documents": _four(
        "{first} 等 {count} 份文件",
        "{first} 等 {count} 份文件",
        "{first} and others, {count} documents",
        "{first} 等 {count} 份文件",
    ),
    "help": _four(
        "直接提問，或使用：", "直接提问，或使用：", "Just ask, or use:", "直接問，或者用："
    ),
    "help_keys": _four(
        "Tab 補全 · ↑↓ 問過的問題 · Ctrl-R 搜尋問過的 · Ctrl-C 取消這一行 · Ctrl-D 離開",
        "Tab 补全 · ↑↓ 问过的问题 · Ctrl-R 搜索问过的 · Ctrl-C 取消这一行 · Ctrl-D 离开",
        "Tab completes · ↑↓ earlier questions · Ctrl-R searches them · Ctrl-C drops the line · "
        "Ctrl-D leaves",
        "Tab 補全 · ↑↓ 問過嘅問題 · Ctrl-R 搵問過嘅 · Ctrl-C 取消呢行 · Ctrl-D 走人",
    ),
    "command_help": _four("這一頁", "这一页", "this page", "呢一頁"),
    "command_ref": _four(
        "編號 N 的參考資料標在哪些原文上",
        "编号 N 的参考资料标在哪些原文上",
        "what reference N supports",
        "編號 N 嘅參考資料標喺邊啲原文",
    ),
    "command_section": _four(
        "讀一節原文；不寫名稱就列出各節",
        "读一节原文；不写名称就列出各节",
        "read a section; without a name, list them",
        "讀一節原文；唔寫名就列出各節",
    ),
    "command_schedule": _four(
        "日程表，或其中一天",
        "日程表，或其中一天",
        "the timetable, or one day of it",
        "日程表，或者其中一日",
    ),
    "command_context": _four(
        "上一個答案的上下文；N 是第幾則引文",
        "上一个答案的上下文；N 是第几则引文",
        "the last answer in its context; N is which quote",
        "上一個答案嘅上文下理；N 係第幾則引文",
    ),
    "command_more": _four(
        "更多可能相關的原文",
        "更多可能相关的原文",
        "more passages that may bear on it",
        "更多可能有關嘅原文",
    ),
    "command_explain": _four(
        "上一個答案是怎樣得出的",
        "上一个答案是怎样得出的",
        "how the last answer came about",
        "上一個答案係點嚟嘅",
    ),
    "command_copy": _four(
        "複製上一個答案的引文與出處",
        "复制上一个答案的引文与出处",
        "copy the last answer's quotes with their sources",
        "複製上一個答案嘅引文同出處",
    ),
    "command_export": _four(
        "把對話存成檔案（.md 或 .json）",
        "把对话存成文件（.md 或 .json）",
        "write the conversation to a file (.md or .json)",
        "將對話存做檔案（.md 或 .json）",
    ),
    "command_new": _four(
        "忘記之前問過的，開始新話題",
        "忘记之前问过的，开始新话题",
        "forget what was asked so far",
        "唔記之前問過嘅，開新話題",
    ),
    "command_clear": _four(
        "清空畫面，並開始新話題",
        "清空屏幕，并开始新话题",
        "clear the screen, and forget as well",
        "清空畫面，兼開新話題",
    ),
    "command_quit": _four(
        "離開（或 Ctrl-D）", "离开（或 Ctrl-D）", "leave (or Ctrl-D)", "走人（或者 Ctrl-D）"
    ),
    "no_command": _four(
        "沒有 {name} 這個指令；/help 列出全部",
        "没有 {name} 这个命令；/help 列出全部",
        "{name} is no command; /help lists them",
        "冇 {name} 呢個指令；/help 列出全部",
    ),
    "ref_which": _four(
        "請寫上參考資料的編號，例如：/ref {example}",
        "请写上参考资料的编号，例如：/ref {example}",
        "write the number of a reference, for example: /ref {example}",
        "寫埋參考資料嘅編號，例如：/ref {example}",
    ),
    "no_references": _four(
        "這些文件沒有參考資料編號。",
        "这些文件没有参考资料编号。",
        "These documents carry no reference numbers.",
        "呢啲文件冇參考資料編號。",
    ),
    "no_section": _four(
        "沒有名為「{name}」的一節；/section 列出各節",
        "没有名为“{name}”的一节；/section 列出各节",
        "there is no section {name}; /section lists them",
        "冇一節叫「{name}」；/section 列出各節",
    ),
    "no_sections": _four(
        "這些文件不分節。",
        "这些文件不分节。",
        "These documents have no sections.",
        "呢啲文件唔分節。",
    ),
    "which_section": _four(
        "「{name}」可以是：", "“{name}”可以是：", "{name} may be:", "「{name}」可以係："
    ),
    "no_schedule": _four(
        "文件裡沒有讀得出日期的日程表；別的表在各節裡：/section",
        "文件里没有读得出日期的日程表；别的表在各节里：/section",
        "the documents have no timetable with days that are understood; /section has other tables",
        "文件入面冇讀得出日期嘅日程表；其他表喺各節：/section",
    ),
    "no_day": _four(
        "日程表裡沒有這一天。有的是：{days}",
        "日程表里没有这一天。有的是：{days}",
        "The timetable has no such day. It has: {days}",
        "日程表冇呢日。有嘅係：{days}",
    ),
    "nothing_yet": _four(
        "還沒有答案；請先提問。",
        "还没有答案；请先提问。",
        "There is no answer yet; ask first.",
        "仲未有答案；請先問。",
    ),
    "which_quote": _four(
        "請寫 1 到 {count} 之間的數字",
        "请写 1 到 {count} 之间的数字",
        "write a number from 1 to {count}",
        "寫 1 到 {count} 之間嘅數字",
    ),
    "no_more": _four("沒有別的了。", "没有别的了。", "There are no more.", "冇喇。"),
    "copied": _four(
        "已送到剪貼簿：{count} 字。",
        "已送到剪贴板：{count} 字。",
        "Sent {count} characters to the clipboard.",
        "送咗去剪貼簿：{count} 字。",
    ),
    "no_clipboard": _four(
        "這裡沒有剪貼簿；可以用 /export 存成檔案",
        "这里没有剪贴板；可以用 /export 存成文件",
        "there is no clipboard here; /export writes a file",
        "呢度冇剪貼簿；可以用 /export 存做檔案",
    ),
    "exported": _four(
        "已存到 {file}（{count} 則問答）",
        "已存到 {file}（{count} 则问答）",
        "wrote {file} (questions with their answers: {count})",
        "存咗去 {file}（{count} 則問答）",
    ),
    "export_exists": _four(
        "{file} 已經存在；請換個檔名",
        "{file} 已经存在；请换个文件名",
        "{file} exists already; name another file",
        "{file} 已經有咗；請換個檔名",
    ),
    "export_ending": _four(
        "檔名要以 .md 或 .json 結尾，例如：/export {file}.md",
        "文件名要以 .md 或 .json 结尾，例如：/export {file}.md",
        "name a file that ends in .md or .json, for example: /export {file}.md",
        "檔名要以 .md 或者 .json 結尾，例如：/export {file}.md",
    ),
    "export_failed": _four(
        "寫不進 {file}（{reason}）；請換個檔名",
        "写不进 {file}（{reason}）；请换个文件名",
        "{file} cannot be written ({reason}); name another file",
        "寫唔入 {file}（{reason}）；請換個檔名",
    ),
    "forgotten": _four(
        "好，從頭開始。", "好，从头开始。", "All right, a fresh start.", "好，由頭嚟過。"
    ),
    "stopped": _four("停下了。", "停下了。", "Stopped.", "停咗。"),
    "asked_before": _four("問", "问", "Question", "問"),
}
