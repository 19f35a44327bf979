"""The pretend Telegram, and what a bot has told it of itself: its webhook, its menus, what it says of itself."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fake_telegram import TOKEN, FakeTelegram, fields_of, refusal, result

ME = {"id": 1, "is_bot": True, "first_name": "Nối Dài", "username": "noidai_bot", "can_join_groups": True}
NO_WEBHOOK: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
WORDS = {"Description": ("description", 512), "ShortDescription": ("short_description", 120)}
HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

Fault = tuple[int, dict[str, Any]]


@dataclass
class Told:
    me: dict[str, Any] = field(default_factory=lambda: dict(ME))
    webhook: dict[str, Any] = field(default_factory=lambda: dict(NO_WEBHOOK))
    secret: str = ""  # never shown again
    menus: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)  # by scope and language
    words: dict[tuple[str, str], str] = field(default_factory=dict)  # by kind and language
    faults: dict[str, list[Fault]] = field(default_factory=dict)  # the next answers to a method
    set: list[str] = field(default_factory=list)  # methods that changed something

    def answer(self, method: str, given: dict[str, str]) -> web.Response | None:
        """None: not of these methods."""
        if self.faults.get(method):
            status, body = self.faults[method].pop(0)
            return web.json_response({"ok": False, "error_code": status, **body}, status=status)
        if method.startswith("set") or method == "deleteWebhook":
            self.set.append(method)
        language = given.get("language_code", "")
        kind = method[5:]
        match method:
            case "getMe":
                return result(self.me)
            case "getUpdates" if self.webhook["url"]:
                return refusal(409, HOOKED)
            case "deleteWebhook":
                self.webhook = dict(NO_WEBHOOK)
                return result(True)
            case "setWebhook":
                return self.hook(given)
            case "getWebhookInfo":
                return result(self.webhook)
            case "setMyCommands":
                return self.list(given, language)
            case "getMyCommands":
                return result(self.menus.get((scope_of(given), language), []))
            case "setMyDescription" | "setMyShortDescription":
                name, longest = WORDS[kind]
                if len(given[name]) > longest:
                    return refusal(400, "Bad Request: too long")
                self.words[kind, language] = given[name]
                return result(True)
            case "getMyDescription" | "getMyShortDescription":
                return result({WORDS[kind][0]: self.words.get((kind, language), "")})
        return None

    def hook(self, given: dict[str, str]) -> web.Response:
        if not given["url"].startswith("https://"):
            return refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {
            **NO_WEBHOOK,
            "url": given["url"],
            "max_connections": int(given["max_connections"]),
            "allowed_updates": json.loads(given["allowed_updates"]),
            "pending_update_count": self.webhook["pending_update_count"],
        }
        self.secret = given["secret_token"]
        return result(True)

    def list(self, given: dict[str, str], language: str) -> web.Response:
        commands = json.loads(given["commands"])
        for one in commands:
            if not (
                1 <= len(one["command"]) <= 32 and one["command"].islower() and 1 <= len(one["description"]) <= 256
            ):
                return refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        self.menus[scope_of(given), language] = commands
        return result(True)


def scope_of(given: dict[str, str]) -> str:
    return str(json.loads(given.get("scope", '{"type": "default"}'))["type"])


@dataclass
class ToldTelegram(FakeTelegram):
    """It gives updates in one way only, and may be told to fail at any method."""

    told: Told = field(default_factory=Told)

    async def answer(self, request: web.Request) -> web.Response:
        form = await fields_of(request)
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        method = request.match_info["method"]
        if request.match_info["token"] == TOKEN and (answer := self.told.answer(method, given)) is not None:
            self.called.append(method)
            if given.get("drop_pending_updates") == "true":
                self.updates.clear()
            return answer
        return await super().answer(request)
