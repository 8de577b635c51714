// MQTT over WebSocket at /mqtt of a Fastify server, whose routes publish and read.
import Fastify from 'fastify';
import { createBroker } from 'pinhub/server';

const fastify = Fastify();
const broker = createBroker();
broker.attach(fastify.server);
fastify.addHook('preClose', () => broker.close());

fastify.get('/clients', () => broker.clients().map(({ id }) => id));
fastify.post('/blink', async () => {
  await broker.publish('led/21/effect', 'blink', { retain: true });
  return 'It blinks.';
});

await fastify.listen({ port: process.env.PORT ?? 3000 });
console.log(`HTTP on ${fastify.server.address().port}`);
