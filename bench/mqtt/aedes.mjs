// Runs aedes with MQTT over WebSocket on the port given as its only argument.
import { createServer } from 'node:http';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

const aedes = await Aedes.createBroker();
const server = createServer();
new WebSocketServer({ server }).on('connection', (webSocket, request) => {
  aedes.handle(createWebSocketStream(webSocket), request);
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
