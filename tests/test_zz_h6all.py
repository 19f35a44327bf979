from tests.test_scripts_on_channels import *
from tests import test_scripts_on_channels as t
REST = sorted(set(SCRIPTS) - set(STORIES))
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("story", REST)
async def test_rest(story, channel, wired, world, local_store, clock, aiohttp_server, session):
    wire = await wired(channel)
    async with talking_on(wire, world, local_store, clock, aiohttp_server, session) as talk:
        await played(story, talk)
del test_a_story_is_the_same_on_every_channel
