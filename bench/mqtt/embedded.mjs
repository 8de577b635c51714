// The embeddable broker, on a port of Node's own HTTP server.
import { createServer } from 'node:http';
import { createBroker } from '../../dist/hub/index.js';

const server = createServer();
createBroker().attach(server, { path: '/mqtt' });
server.listen(Number(process.argv[2]), '127.0.0.1');
