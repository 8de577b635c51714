import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import type { Programs } from './programs.ts';

/** The course's own server, unmodified. */
export interface CourseServer {
  readonly url: string;
  /** Sets the level as a page does, and resolves when the server has answered. */
  set(level: number): Promise<void>;
}

/** Starts it. Resolves when it has made GPIO 21 a PWMLED, and answers. */
export async function courseServer(programs: Pick<Programs, 'python'>): Promise<CourseServer> {
  const port = await freePort();
  const source = await readFile(join(import.meta.dirname, 'course-server.py'), 'utf8');
  const script = programs.python(`import os\nos.environ["PORT"] = "${port}"\n${source}`);
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([answering(`${url}/led`), script.done()]);
  return {
    url,
    async set(level) {
      const answer = await fetch(`${url}/led?level=${level}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`the course's server answered ${answer.status}`);
    },
  };
}

async function answering(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await sleep(50);
  }
}
