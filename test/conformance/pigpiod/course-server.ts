import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Programs } from './programs.ts';

/** The course's own server, unmodified. */
export interface CourseServer {
  readonly url: string;
  /** Sets the level like a page, and resolves when the server has answered. */
  set(level: number): Promise<void>;
}

/** Code put in front of a server: it listens on a port that the system chooses, and prints it. */
const SAY_PORT = `
import os, socketserver
os.environ["PORT"] = "0"
listen = socketserver.TCPServer.server_activate
def listen_and_say(server):
    listen(server)
    print("listening on", server.server_address[1])
socketserver.TCPServer.server_activate = listen_and_say
`;

/** Starts it. Resolves when it has made GPIO 21 a PWMLED, and listens. Rejects with its standard error if it ends first. */
export async function courseServer(programs: Pick<Programs, 'python'>): Promise<CourseServer> {
  const source = await readFile(join(import.meta.dirname, 'course-server.py'), 'utf8');
  const script = programs.python(SAY_PORT + source);
  let port: string | undefined;
  while (port === undefined) port = /^listening on (\d+)$/.exec(await script.line())?.[1];
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async set(level) {
      const answer = await fetch(`${url}/led?level=${level}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`the course's server answered ${answer.status}`);
    },
  };
}
