// The server of the course's first lesson: says who connects, and greets everybody. It is a hub of its own, with pages, on port 5000.
// Run it, and then greeting-client.js in another terminal.
import { createHub } from 'pinhub/server';

const hub = createHub();
const bus = hub.broker.bus();
const here = new Set();

bus.messages('greeting/+/status').subscribe(({ topic, text }) => {
  const name = topic.split('/')[1];
  if (text === 'online') {
    here.add(name);
    console.log(`Cliente ${name} conectado.`);
    bus.publish('greeting', 'Olá');
  } else if (here.delete(name)) {
    console.log(`Cliente ${name} saiu.`);
  }
});

const port = Number(process.env.PORT ?? 5000);
await hub.listen({ port });
hub.announceReady();
console.log(`Waiting for clients on port ${port}. Ctrl-C ends.`);
