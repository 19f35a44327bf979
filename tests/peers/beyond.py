"""What no conversation script does: groups, inline mode, texts without end, the start and the check of a bot."""

from functools import partial
from typing import Any

from bot.dialogue.events import Heard, Wrote
from bot.handlers.telegram.inline import Inline
from bot.handlers.telegram.intake import Intake
from bot.handlers.telegram.polling import Poller
from bot.handlers.telegram.setup import Hook, Hooking, introduce
from bot.handlers.telegram.troubles import Troubles
from bot.texts.message import Message, ShownButton, ShownLine
from tests.fake_telegram import BOT, GROUP, MAI
from tests.peers.running import eventually
from tests.peers.scripts import CHAT, TelegramTalk
from tests.test_conversations import AWKWARD

SHARP = "Ông <b>A</b> & bà </i> B <script> &lt; \"C\" 'D' 😀 &amp;amp; a<b"
LINK = 'https://dichvucong.gov.vn/p?a=1&b="<2>"'
KINDS = ("title", "heading", "text", "item", "note", "warning")

# 20,000 characters, some of them two UTF-16 units long; lines longer than a message; 100 choices under them.
LONG = Message(
    tuple(
        ShownLine(f"{kind} {number}: {SHARP} " + "Nộp tờ khai, giấy chứng sinh. 👶 " * (number * number), kind)
        for number, kind in enumerate(KINDS * 2)
    ),
    tuple(ShownButton(f"show:1.{number:06}", f"Giấy tờ số {number} " * (number % 9 + 1)) for number in range(100)),
)
SHARPEST = Message(
    tuple(ShownLine(SHARP, kind, link) for kind in KINDS for link in (None, LINK, "tel:1022", "http://a.vn")),
    (ShownButton("home", "<Về đầu> & hết"),),
)
MESSAGES = (
    (LONG,),
    (SHARPEST,),
    (SHARPEST, LONG, SHARPEST),
    (Message((), (ShownButton("home", "Về đầu"),)),),
    (Message((ShownLine("Số điện thoại?"),), wants="contact"),),
    (Message((ShownLine("Your phone number?"),), (ShownButton("person", "Talk to a person"),), wants="contact"),),
    (Message((ShownLine("Ở đâu?"),), (ShownButton("home", "Về đầu"),), wants="place"),),
)

QUERIES = ("", "khai sinh", "giấy khai si", "lost driving licence", "<b>&</b>", "qwertz uiop", "đất " * 60)


def in_the_group(text: str, *kinds: tuple[str, int, int], **more: Any) -> dict[str, Any]:
    entities = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in kinds]
    return {"chat": GROUP, "text": text, "entities": entities, **more}


async def all_of_it(talk: TelegramTalk) -> None:
    sender, api = talk.turns.senders["telegram"], talk.api
    for messages in MESSAGES:
        await sender.send(CHAT, messages)
    for words in AWKWARD.values():
        await talk.says(words)
    await talk.channel.apologise(Heard("telegram", CHAT, "1", Wrote("?"), "en"))
    await groups(talk)
    inline = Inline(talk.bot, talk.turns.world)
    for number, query in enumerate(QUERIES):
        for language in ("vi", "en"):
            raw = {"id": f"{number}{language}", "from": {**MAI, "language_code": language}, "query": query}
            await inline.answer({**raw, "offset": ""})
    await introduce(talk.bot)
    await Hooking(talk.bot, Hook.at("https://bot.example.vn", "s" * 64), Troubles()).look()
    api.says(text="cảm ơn")
    await Poller(talk.bot, Intake(talk.inbox.take)).round()
    await talk.inbox.settled()


async def groups(talk: TelegramTalk) -> None:
    name, said = f"@{BOT['username']}", len(talk.api.sent)
    member = {"user": BOT, "status": "member"}
    joined = {"chat": GROUP, "from": MAI, "date": 1, "new_chat_member": member}
    talk.api.comes(my_chat_member={**joined, "old_chat_member": {**member, "status": "left"}})
    await talk.brought()
    await eventually(partial(said_more, talk, said))  # the greeting is beside the conversations
    talk.api.says(**in_the_group(f"{name} làm giấy khai sinh", ("mention", 0, len(name))))
    talk.api.says(**in_the_group(f"/orders{name}", ("bot_command", 0, len(f"/orders{name}"))))
    await talk.brought()
    talk.api.taps("Phí, lệ phí", chat=GROUP)
    await talk.brought()
    talk.api.says(**in_the_group(f"{name} đặt bưu tá", ("mention", 0, len(name)), message_thread_id=3))
    await talk.brought()


async def said_more(talk: TelegramTalk, than: int) -> bool:
    return len(talk.api.sent) > than
