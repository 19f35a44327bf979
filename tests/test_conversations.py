"""Plays every script of tests/conversations: `citizen:` and `bot:` lines, `[x]` a button, `…` any words.

`citizen: (sticker)` shows something other than words, `citizen: (start th_1-001193)` opens the chat by a link,
`citizen: (location 21.85 106.76)` and `citizen: (contact 0912345678 Lan)` share a place and a contact.
`later: 3 hours` lets time pass, `post: collected` or `post: collection_failed nobody at home` brings news of the post,
`evening: reminder` lets the reminders be sent, `morning: warning` those of dossiers whose day is near or past.
`agency: H26.15-261112-0042 supplement due=2026-11-25 papers="Giấy chứng sinh|Tờ khai"` is what the agency's system
says of a dossier from now on (the names are those of Dossier; `owner="Nguyễn Thị Lan|0912345678|001199000123"`), and
who follows is told; `agency: down` and `agency: up` are its outages. `citizen: (photo A | B)` shows bar codes.
The lines of the bot are looked for on the screen in their order; other lines may stand between them.
"""

import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.dossiers.dossier import Answer, Apology, Dossier, Happening, Owner
from knowledge.zone import VIETNAM

SCRIPTS = {p.stem: p.read_text("utf-8") for p in (Path(__file__).parent / "conversations").glob("*.txt")}
LONGEST = 40  # lines
TIMES = ("received", "due", "finished", "returned", "supply_by")

AWKWARD = {
    "nothing": "",
    "only blanks": " \n\t ",
    "only punctuation": "?!... ---",
    "emoji": "😀👍🏽❤️",
    "10,000 characters": "a" * 10_000,
    "10,000 characters of sense": "làm giấy khai sinh " * 527,
    "control characters": "\x00\x07\x1b[31mkhai\x00 sinh\x7f",
    "half a surrogate pair": "khai sinh \ud83d",
    "HTML": "<script>alert('khai sinh')</script>",
    "Markdown": "**khai sinh** _cho_ `con` [x](http://a.vn)",
    "Cyrillic": "регистрация рождения",
    "Chinese": "出生登记",
    "right to left": "\u202eخhnis iahk",
    "zero width": "k\u200bhai s\u200dinh",
    "a link": "https://dichvucong.gov.vn/p/home/dvc-trang-chu.html",
    "format gaps": "{name} %s {0} {sum:money}",
    "SQL": "'; DROP TABLE conversations; --",
    "a number": "99999999999999999999999999999999",
    "a brackets only": "[]",
    "an option typed": "show:1.001193",
}


def matches(expected: str, seen: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    return re.fullmatch(pattern, seen, re.DOTALL) is not None


async def act(talk, words: str) -> None:  # type: ignore[no-untyped-def]
    if words.startswith("(start"):
        await talk.starts(words[len("(start") : -1].strip())
    elif words.startswith("(location "):
        latitude, longitude = words[:-1].split()[1:]
        await talk.shares(float(latitude), float(longitude))
    elif words.startswith("(contact "):
        _, phone, *name = words[:-1].split()
        await talk.introduces(phone, " ".join(name))
    elif words.startswith("(photo"):
        texts = words[len("(photo") : -1].split("|")
        await talk.shows_a_code(*(text.strip() for text in texts if text.strip()))
    elif words.startswith("("):
        await talk.shows(words[1:-1])
    elif words.startswith("["):
        await talk.taps(words[1:-1])
    else:
        await talk.says(words)


def said_by_the_agency(words: str) -> Answer | None:
    if words in ("down", "up"):
        return None
    code, status, *given = shlex.split(words)
    told = dict(one.split("=", 1) for one in given)
    name, phone, identity = (*told.pop("owner", "||").split("|"), "", "")[:3]
    apology = told.pop("apology", None)
    values: dict[str, object] = {
        key: datetime.fromisoformat(value).replace(tzinfo=VIETNAM) if key in TIMES else value
        for key, value in told.items()
    }
    lists = {key: tuple(told[key].split("|")) for key in ("papers", "doubts") if key in told}
    steps = tuple(Happening(at=None, words=words) for words in told.get("steps", "").split("|") if words)
    sorry = {"apology": Apology(due=datetime.fromisoformat(apology).replace(tzinfo=VIETNAM))} if apology else {}
    usual = {"code": code, "system": "agency", "status": status, "agency": "UBND phường Đông Kinh"}
    dossier = Dossier.model_validate({**usual, **values, **lists, "steps": steps, **sorry})
    return Answer(dossier=dossier, owner=Owner(name=name or None, phone=phone or None, identity=identity or None))


async def act_of(speaker: str, talk, words: str) -> None:  # type: ignore[no-untyped-def]
    if speaker == "citizen":
        await act(talk, words)
    elif speaker == "agency":
        await talk.hears_of_the_agency(said_by_the_agency(words), down=words == "down")
    elif speaker == "morning":
        await talk.is_warned()
    elif speaker == "post":
        status, _, reason = words.partition(" ")
        await talk.hears_of_the_post(status, reason or None)
    else:
        await talk.is_reminded()


@pytest.mark.parametrize("name", sorted(SCRIPTS))
async def test_conversation(name: str, talk) -> None:
    await played(name, talk)


async def played(name: str, talk) -> None:  # type: ignore[no-untyped-def]
    seen: list[str] = []
    for number, line in enumerate(SCRIPTS[name].splitlines(), 1):
        speaker, _, words = line.partition(": ")
        if speaker == "later":
            number, unit = words.split()
            talk.clock.passes(timedelta(**{unit: int(number)}))
        elif speaker in {"citizen", "post", "evening", "agency", "morning"}:
            await act_of(speaker, talk, words)
            await talk.looks()
            seen = "\n".join(talk.seen).replace("\N{NO-BREAK SPACE}", " ").splitlines()
        elif speaker == "bot":
            found = next((i for i, s in enumerate(seen) if matches(words, s)), None)
            assert found is not None, f"{name}.txt:{number}: expected {words!r}, on screen: {seen}"
            seen = seen[found + 1 :]


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_says_whose_story_it_is_and_is_short(name: str) -> None:
    lines = SCRIPTS[name].splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= LONGEST
    assert all(re.match(r"((citizen|bot|post|agency|later|evening|morning): .|#|$)", line) for line in lines), (
        "a line nobody says"
    )


def test_there_are_many_stories() -> None:
    assert len(SCRIPTS) >= 30


@pytest.mark.parametrize("words", AWKWARD.values(), ids=AWKWARD)
async def test_whatever_is_written_gets_a_useful_answer(words: str, talk) -> None:
    """Something is said, and there is a button to go on with; half-way through a reading too."""
    for before in ("", "đăng ký khai sinh"):
        if before:
            await talk.says(before)
        await talk.says(words)
        said = [line for line in talk.seen if not line.startswith("[")]
        assert any(said)
        assert len(said) < len(talk.seen), "no way on"
        assert not any(word in line for line in said for word in ("{", "Traceback", "None", "KeyError"))
