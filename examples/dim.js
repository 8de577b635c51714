// Dims the LED on GPIO 21 to 30 %. Run it beside a hub: node examples/dim.js
import { createHubClient } from 'pinhub/client';

const address = process.env.PINHUB_HUB ?? 'http://localhost:5000';
const hub = createHubClient(address);
hub.connection$.subscribe(({ status, reason }) => {
  if (status === 'offline' && reason !== 'closed')
    console.error(`No hub at ${address} (${reason}). Start one in another terminal: npx pinhub`);
});

await hub.publish('led/21/duty', '30', { retain: true });
await hub.close();
