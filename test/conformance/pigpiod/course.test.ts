import { readFile } from 'node:fs/promises';
import { filter, firstValueFrom } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { freePort } from './free-port.ts';
import { openSession, type Session } from './session.ts';

describeWith(['gpiozero', 'flask-socketio'], 'the course’s own server, on a virtual Pi', () => {
  let session: Session;
  let page: Socket;
  let url: string;

  beforeEach(async () => {
    session = await openSession();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const lit = dutyOf50();
    const source = await readFile(`${import.meta.dirname}/course-server.py`, 'utf8');
    session.python(`import os\nos.environ["PORT"] = "${port}"\n${source}`);
    await lit;
    page = io(url, { transports: ['polling'], reconnectionDelay: 50 });
  });
  afterEach(async () => {
    page.close();
    await session.close();
  });

  const dutyOf50 = () =>
    firstValueFrom(session.board.changes$.pipe(filter(() => session.board.waveform(21).dutyPercent === 50)));

  const nextState = () => new Promise<unknown>((resolve) => page.once('led', resolve));

  it('lights the LED as it starts, tells a page that connects, and dims with its slider', async () => {
    expect(await nextState()).toEqual({ level: 50 });
    expect(session.board.state(21)).toMatchObject({ function: 'pwm', frequencyHz: 100, dutyPercent: 50 });
    for (const [sent, level] of [
      ['25', 25],
      ['0', 0],
      ['250', 100],
      ['bad', 100],
    ] as const) {
      const state = nextState();
      page.emit('led', { level: sent });
      expect(await state).toEqual({ level });
      expect(session.board.waveform(21).dutyPercent).toBe(level);
    }
  });

  it('dims by its REST twin too', async () => {
    await nextState();
    const answer = await fetch(`${url}/led?level=42`, { method: 'POST' });
    expect(await answer.json()).toEqual({ level: 42 });
    expect(session.board.waveform(21).dutyPercent).toBe(42);
    expect((await fetch(`${url}/led?level=101`, { method: 'POST' })).status).toBe(400);
    expect(await (await fetch(`${url}/led`)).json()).toEqual({ level: 42 });
  });
});
