import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { describe } from 'vitest';
import { openToAll } from '../../../hub/access/access.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { MqttGateway } from '../../../hub/gateways/mqtt/gateway.ts';
import { DEFAULT_LIMITS } from '../../../hub/limits/hub-limits.ts';
import { TurnBudget } from '../../../hub/limits/turn-budget.ts';
import { MqttTcpListener } from '../../../hub/listeners/mqtt-tcp.ts';
import { PagesListener } from '../../../hub/listeners/pages.ts';
import { Sessions } from '../../../hub/session/sessions.ts';
import { createMetrics } from '../../../hub/telemetry/metrics.ts';
import { MOST, testListener } from '../../contracts/listener.ts';
import { connectBytes } from '../../faults/attacks/mqtt-bytes.ts';

const limits = { ...DEFAULT_LIMITS, strangers: MOST };

function createParts() {
  const hub = new Hub({ now: () => performance.now() });
  const sessions = new Sessions({ hub, scheduler: asyncScheduler, limits });
  const log = pino({ level: 'silent' });
  const budget = new TurnBudget();
  const gateway = new MqttGateway({ hub, sessions, scheduler: asyncScheduler, log, turns: budget });
  return { hub, sessions, log, budget, gateway };
}

describe('a listener for MQTT over TCP', () => {
  testListener({
    open: () => new MqttTcpListener({ gateway: createParts().gateway, limits }),
    hello: connectBytes('client'),
  });
});

describe('a listener for pages', () => {
  /** One request that is answered, and one that lasts as long as its connection, as its body never comes whole. */
  const hello =
    'GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n' +
    'PUT /api/topics/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{';
  testListener({
    open: () => {
      const metrics = createMetrics(() => []);
      const checkOrigin = () => undefined;
      const readiness = { reason: undefined };
      const parts = { ...createParts(), access: openToAll, readiness, metrics, checkOrigin };
      return new PagesListener({ ...parts, limits, pagesFolder: '/nowhere' });
    },
    hello,
  });
});
