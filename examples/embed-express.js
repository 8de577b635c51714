// MQTT over WebSocket at /mqtt of an Express server that has pages and a Socket.IO of its own.
import { createServer } from 'node:http';
import express from 'express';
import { createBroker } from 'pinhub/server';
import { Server } from 'socket.io';

const app = express();
const server = createServer(app);
const io = new Server(server);
const broker = createBroker();
broker.attach(server, { path: '/mqtt' });

app.get('/', (_request, response) => response.send('The page is mine.'));
broker
  .bus()
  .messages('led/#')
  .subscribe(({ topic, text }) => io.emit('led', topic, text));

server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`HTTP on ${server.address().port}`));
