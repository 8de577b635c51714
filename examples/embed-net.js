// An MQTT broker on a port of Node's own. Run it as: node examples/embed-net.js
import { createServer } from 'node:net';
import { createBroker } from 'pinhub/server';

const passwords = new Map([['ana', 'secret']]);
const broker = createBroker({
  authenticate: async ({ user, password }) =>
    passwords.has(user) && passwords.get(user) === password
      ? { name: user, mayPublish: (topic) => topic.startsWith(`${user}/`) }
      : undefined,
});
broker.connected$.subscribe(({ id, identity }) => console.log(`${identity.name} is here as ${id}`));

const server = createServer((socket) => broker.handle(socket));
server.listen(process.env.PORT ?? 1883, '127.0.0.1', () => console.log(`MQTT on ${server.address().port}`));
