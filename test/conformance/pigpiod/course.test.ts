import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { courseServer } from './course-server.ts';
import { openSession, type Session } from './session.ts';

describeWith(['gpiozero', 'flask-socketio'], 'the course’s own server, on a virtual Pi', () => {
  let session: Session;
  let page: Socket;
  let url: string;

  beforeEach(async () => {
    session = await openSession();
    ({ url } = await courseServer(session));
    page = io(url, { transports: ['polling'] });
  });
  afterEach(async () => {
    page.close();
    await session.close();
  });

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
