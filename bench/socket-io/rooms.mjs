// Plain Socket.IO with rooms, on the port given as its only argument.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer();
const io = new Server(server);
io.on('connection', (socket) => {
  socket.on('subscribe', (topic) => socket.join(topic));
  socket.on('publish', (topic, payload) => io.to(topic).emit('message', topic, payload));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
