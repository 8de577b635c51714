// The hub's side of the course's first lesson: says who connects, and greets everybody.
// Run it beside a hub, then run greeting-client.js in another terminal.
import { createHubClient } from 'pinhub/client';

const hub = createHubClient(process.env.PINHUB_HUB ?? 'http://localhost:5000');
console.log('Waiting for clients. Ctrl-C ends.');

hub.messages('greeting/+/status').subscribe(({ topic, text }) => {
  const name = topic.split('/')[1];
  if (text === 'online') {
    console.log(`Client ${name} connected.`);
    hub.publish('greeting', 'Olá');
  } else {
    console.log(`Client ${name} left.`);
  }
});
