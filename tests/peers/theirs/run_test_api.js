// Starts telegram-test-api on a free port of this machine and tells which.
const TelegramServer = require('telegram-test-api');

const server = new TelegramServer({ host: '127.0.0.1', storeTimeout: 3600 });
server.config.port = 0; // its constructor takes 0 for "the usual one"
server.start().then(() => console.log(`listening on http://127.0.0.1:${server.server.address().port}`));
