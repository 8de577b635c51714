// Dims the LED on GPIO 21 to 30 %. Run it beside a hub: node examples/dim.js
import { createHubClient } from 'pinhub/client';

const hub = createHubClient(process.env.PINHUB_HUB ?? 'http://localhost:5000');
await hub.publish('led/21/duty', '30', { retain: true });
await hub.close();
