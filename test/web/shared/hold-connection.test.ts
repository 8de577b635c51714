import { VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import { HubError } from '../../../hub/core/index.ts';
import { createHoldPublish, type Will } from '../../../web/shared/hold-connection.ts';

/** Connections that record what passes through them. */
function stage(publish: (topic: string) => Promise<void> = async () => {}) {
  const log: string[] = [];
  const scheduler = new VirtualTimeScheduler();
  let count = 0;
  const connect = ({ topic, payload }: Will) => {
    const number = ++count;
    log.push(`${number} opens, will ${topic} ${payload}`);
    return {
      publish: (to: string, text: string | Uint8Array, options = {}) => {
        log.push(`${number} ${to} ${text} ${JSON.stringify(options)}`);
        return publish(to);
      },
      close: async () => {
        log.push(`${number} closes`);
      },
    };
  };
  return { log, scheduler, hold: createHoldPublish(connect, { idleMs: 3000, scheduler }) };
}

it('presses over a connection whose will lets go, and closes it some time after', async () => {
  const { log, scheduler, hold } = stage();
  await hold('a/pressed', 'true', 'false');
  await hold('a/pressed', 'false', 'false');
  expect(log).toEqual(['1 opens, will a/pressed false', '1 a/pressed true {}', '1 a/pressed false {}']);
  scheduler.flush();
  expect(log.at(-1)).toBe('1 closes');
});

it('keeps the connection while it is pressed, and for the next press', async () => {
  const { log, scheduler, hold } = stage();
  await hold('a', 'true', 'false');
  scheduler.flush();
  await hold('a', 'false', 'false');
  await hold('a', 'true', 'false');
  scheduler.flush();
  expect(log.filter((line) => line.includes('opens') || line.includes('closes'))).toHaveLength(1);
});

it('gives each button a will of its own', async () => {
  const { log, hold } = stage();
  await Promise.all([hold('a', 'true', 'false'), hold('b', 'true', 'false')]);
  expect(log.filter((line) => line.includes('opens'))).toEqual([
    '1 opens, will a false',
    '2 opens, will b false',
  ]);
});

it('tells why a press was refused, and tries again with the next', async () => {
  const { log, hold } = stage(() => Promise.reject(new HubError('auth/denied', 'no')));
  await expect(hold('a', 'true', 'false')).rejects.toMatchObject({ code: 'auth/denied' });
  await expect(hold('a', 'true', 'false')).rejects.toMatchObject({ code: 'auth/denied' });
  expect(log.filter((line) => line.includes('opens'))).toHaveLength(2);
});
