"""What staff read when an alarm is over. Its key is for the log, the doctor and the documentation."""

from bot.dialogue.step import Text, Words, text


def called(key: str) -> Words:
    """By its channel and kind; a code may stand behind. The key itself where there are no words for it."""
    channel, kind, code = (*key.split(":", 2), "", "")[:3]
    return text("alarm.of_channel", channel=kind) if channel == "channel" else of_kind(channel, kind, code) or key


def of_kind(channel: str, kind: str, code: str) -> Text | None:
    match channel, kind:
        case "zalo", "consent":
            return text("alarm.of_zalo_consent")
        case "zalo", "token":
            return text("alarm.of_zalo_token")
        case "zalo", "signature":
            return text("alarm.of_zalo_signature")
        case "zalo", "clock":
            return text("alarm.of_zalo_clock")
        case "zalo", "account":
            return text("alarm.of_zalo_account", code=code)
        case "zalo", "money":
            return text("alarm.of_zalo_money", code=code)
        case "zalo", "refused":
            return text("alarm.of_zalo_refused", code=code)
        case "zalobot", "token":
            return text("alarm.of_zalobot_token")
        case "zalobot", "quota":
            return text("alarm.of_zalobot_quota")
        case "zalobot", "polling":
            return text("alarm.of_zalobot_polling")
        case "telegram", "token":
            return text("alarm.of_telegram_token")
        case "telegram", "conflict":
            return text("alarm.of_telegram_conflict")
        case "telegram", "polling":
            return text("alarm.of_telegram_polling")
        case "telegram", "webhook":
            return text("alarm.of_telegram_webhook")
    return None
