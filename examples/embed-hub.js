// The whole hub at /pinhub of an Express server that has pages and a Socket.IO of its own.
import { createServer } from 'node:http';
import express from 'express';
import { KINDS, runDevices } from 'pinhub/devices';
import { createHub } from 'pinhub/server';
import { Board, createVirtualPins } from 'pinhub/simulator';
import { Server } from 'socket.io';

const app = express();
const server = createServer(app);
new Server(server).on('connection', (socket) => socket.on('hello', (answer) => answer('Hello yourself.')));
const hub = createHub({ basePath: '/pinhub' });
app.use('/pinhub', hub.router);
hub.attach(server);
app.get('/', (_request, response) => response.send('My page. The hub: <a href="/pinhub/">here</a>.'));

const [pins, connect] = [createVirtualPins(new Board()), () => hub.broker.bus()];
runDevices({ devices: [{ kind: 'led', id: '21' }], kinds: KINDS, pins, connect, log: console });
server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`HTTP on ${server.address().port}`));
