// The client of the course's first lesson: says its name, prints the server's messages, and leaves after five seconds.
// Run it as: node examples/greeting-client.js Ana
import { setTimeout as wait } from 'node:timers/promises';
import { createHubClient } from 'pinhub/client';

const address = process.env.PINHUB_HUB ?? 'http://localhost:5000';
const name = process.argv[2] ?? 'Ana';
const status = `greeting/${name}/status`;
// The will is what the hub says for us, should we go without a word.
const hub = createHubClient(address, { will: { topic: status, payload: 'offline' } });
hub.connection$.subscribe(({ status: state, reason }) => {
  if (state === 'offline' && reason !== 'closed')
    console.error(
      `No hub at ${address} (${reason}). Start one in another terminal: node examples/greeting-server.js`,
    );
});

hub.messages('greeting').subscribe(({ text }) => console.log(`The hub says: ${text}`));
await hub.publish(status, 'online');
await wait(5000);
console.log('Disconnecting.');
await hub.publish(status, 'offline');
await hub.close();
