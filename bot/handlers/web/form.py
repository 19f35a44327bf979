"""A form as it was sent: its words, and a picture if one came. What comes is held in memory, never put on a disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from aiohttp import BodyPartReader, web

from bot.handlers.pictures import LARGEST
from bot.handlers.web.guard import FIELDS, REASON

MOST = 64 * 1024  # bytes of a form without its picture
PARTS = 20
PICTURE = "photo"  # the field

Fields = Mapping[str, str]
Admit = Callable[[Fields], None]


@dataclass(frozen=True)
class Form:
    fields: Fields
    picture: bytes | None = None


async def form_of(request: web.Request, admit: Admit) -> Form:
    """`admit` raises for fields that came before a picture: then that is not taken in."""
    try:
        if request.content_type == "multipart/form-data":
            return await in_parts(request, admit)
        return Form(await in_one(request))
    except (ValueError, LookupError, web.RequestPayloadError) as error:  # not UTF-8, an unknown charset, broken parts
        raise web.HTTPBadRequest from error


async def in_one(request: web.Request) -> Fields:
    form = await request.clone(client_max_size=MOST).post()
    return again(request, {name: value for name, value in form.items() if isinstance(value, str)})


async def in_parts(request: web.Request, admit: Admit) -> Form:
    """Not by `post`, which puts files on a disk. What comes after the picture is not looked at."""
    if (request.content_length or 0) > LARGEST + MOST:
        too_large(request)
    parts = await request.clone(client_max_size=LARGEST).multipart()
    fields: dict[str, str] = {}
    left = MOST
    for _ in range(PARTS):
        part = await parts.next()
        if part is None:
            return Form(again(request, fields))
        if not isinstance(part, BodyPartReader):
            break
        if part.name == PICTURE and part.filename:
            admit(fields)
            return Form(fields, await picture_in(request, part))
        value = await words_in(part, left)
        left -= len(value)
        fields[part.name or ""] = value.decode()
    raise web.HTTPBadRequest


async def words_in(part: BodyPartReader, most: int) -> bytes:
    """No more than so many bytes: whoever sends them has not shown yet that the form is ours."""
    value = bytearray()
    while not part.at_eof():
        value += await part.read_chunk()
        if len(value) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(value))
    return bytes(value)


def again(request: web.Request, fields: Fields) -> Fields:
    """Kept with the request, so that an apology can offer to send it again."""
    request[FIELDS] = dict(fields)
    return fields


async def picture_in(request: web.Request, part: BodyPartReader) -> bytes:
    try:
        return bytes(await part.read())
    except web.HTTPRequestEntityTooLarge:
        too_large(request)


def too_large(request: web.Request) -> NoReturn:
    request[REASON] = "web.photo_large"
    raise web.HTTPRequestEntityTooLarge(LARGEST, LARGEST + 1)
