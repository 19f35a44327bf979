"""The buttons of a dossier. Each names its dossier, so that those of a notice of days ago still work.

None carries a proof of whose it is: what comes back from a channel can be made up.
"""

from bot.dialogue.step import Button, text

DOSSIERS = Button("dossiers", text("dossier.button.all"))
ANOTHER = Button("askcode", text("dossier.button.another"))


def dossier_button(code: str) -> Button:
    return Button(f"dossier:{code}", text("dossier.button.show", code=code))


def back_button(code: str) -> Button:
    return Button(f"dossier:{code}", text("dossier.button.back", code=code))


def again_button(code: str) -> Button:
    return Button(f"dossier:{code}", text("dossier.button.again"))


def more_button(code: str) -> Button:
    """More than the status, to who knows the owner's digits."""
    return Button(f"prove:{code}", text("dossier.button.more"))


def follow_button(code: str) -> Button:
    return Button(f"follow:{code}", text("follow.button.follow"))


def once_button(code: str) -> Button:
    return Button(f"once:{code}", text("follow.button.once"))


def unfollow_button(code: str) -> Button:
    return Button(f"unfollow:{code}", text("follow.button.unfollow"))


def of_pickup_button(code: str, number: str) -> Button:
    return Button(f"ofpickup:{code}/{number}", text("dossier.button.of_pickup", number=number))


def complain_button(code: str) -> Button:
    """What to do about an agency that is late, or that refused."""
    return Button(f"complainof:{code}", text("dossier.button.complain"))


def send_papers_button(procedure: str) -> Button:
    """The missing papers, fetched by a postman."""
    return Button(f"book:{procedure}", text("dossier.button.send_papers"))


def parcel_button(code: str) -> Button:
    return Button(f"parcel:{code}", text("dossier.button.parcel", code=code))
