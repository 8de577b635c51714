import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import * as vitest from 'vitest';
import { describe, expect, it } from 'vitest';
import { type Access, openToAll } from '../../../hub/access/access.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { Exposure } from '../../../hub/gateways/http/exposure.ts';
import { MqttGateway } from '../../../hub/gateways/mqtt/gateway.ts';
import { DEFAULT_LIMITS } from '../../../hub/limits/hub-limits.ts';
import { networkOf } from '../../../hub/limits/network.ts';
import { TurnBudget } from '../../../hub/limits/turn-budget.ts';
import { MqttTcpListener } from '../../../hub/listeners/mqtt-tcp.ts';
import { PagesListener } from '../../../hub/listeners/pages.ts';
import { Sessions } from '../../../hub/session/sessions.ts';
import { Metrics } from '../../../hub/telemetry/metrics.ts';
import { MOST, testListener } from '../../contracts/listener.ts';
import { connectBytes } from '../../faults/attacks/mqtt-bytes.ts';

const limits = { ...DEFAULT_LIMITS, strangers: MOST };

function createParts() {
  const hub = new Hub({ now: () => performance.now() });
  const sessions = new Sessions({ hub, scheduler: asyncScheduler, limits });
  const log = pino({ level: 'silent' });
  const budget = new TurnBudget();
  const gateway = new MqttGateway({ hub, sessions, scheduler: asyncScheduler, log, budget });
  return { hub, sessions, scheduler: asyncScheduler, log, budget, gateway };
}

function openPages(access: Access, trustedProxies: readonly string[] = []): PagesListener {
  const metrics = new Metrics();
  const exposure = new Exposure({ isLoopbackOnly: true, trustedProxies });
  const readiness = { reason: undefined };
  const parts = { ...createParts(), access, readiness, metrics, exposure };
  return new PagesListener({ ...parts, limits, pagesFolder: '/nowhere', version: '1.2.3' });
}

describe('a listener for MQTT over TCP', () => {
  testListener(vitest, {
    open: () => new MqttTcpListener({ mqtt: createParts().gateway, limits }),
    hello: connectBytes('client'),
  });
});

describe('a listener for pages', () => {
  /** One request that is answered, and one that lasts as long as its connection, as its body is never complete. */
  const hello =
    'GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n' +
    'PUT /api/topics/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{';
  testListener(vitest, {
    open: () => openPages(openToAll),
    hello,
  });
});

describe('a request through a trusted proxy', () => {
  it('holds memory in the name of its client', async () => {
    const listener = openPages(openToAll, ['loopback']);
    const proxy = connect(await listener.listen({ hosts: ['127.0.0.1'], port: 0 }), '127.0.0.1');
    const received = once(listener.server, 'request');
    proxy.write(
      'PUT /api/topics/a HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 198.51.100.7\r\nContent-Length: 100\r\n\r\n{',
    );
    await received;
    expect(Array.from(listener.holders(), ({ network }) => network)).toEqual([networkOf('198.51.100.7')]);
    proxy.destroy();
    await listener.close();
  });
});

describe('requests that are pipelined', () => {
  /** One read for the hub, so that Node parses all of them at once. */
  const MANY = 50;
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

  async function send(text: string) {
    let identified = 0;
    const authenticate: Access['authenticate'] = (...args) => {
      identified++;
      return openToAll.authenticate(...args);
    };
    const listener = openPages({ ...openToAll, authenticate });
    const client = connect(await listener.listen({ hosts: ['127.0.0.1'], port: 0 }), '127.0.0.1');
    client.on('error', () => undefined).resume();
    client.write(text);
    await once(client, 'close');
    const { count } = listener.unauthenticated;
    await listener.close();
    return { identified, count };
  }

  it('are answered two by two', async () => {
    const { identified } = await send(
      get('/api/me') + get('/api/me').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    expect(identified).toBe(2);
  });

  it.each(['/api/me', '/socket.io/?EIO=4&transport=polling'])(
    'end the connection if there are more: %s',
    async (path) => {
      const { identified, count } = await send(get(path).repeat(MANY));
      expect(identified + count).toBe(2);
    },
  );
});
