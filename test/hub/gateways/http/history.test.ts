import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openToAll } from '../../../../hub/access/access.ts';
import { toHubError } from '../../../../hub/core/error.ts';
import { ALL_RIGHTS } from '../../../../hub/core/rights.ts';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';
import { createHistoryRouter } from '../../../../hub/gateways/http/history.ts';
import { createIdentify } from '../../../../hub/gateways/http/visitor.ts';
import { History } from '../../../../hub/history/history.ts';
import { MemorySlots } from '../../../../hub/history/slot.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const TOPIC = 'led/21/duty/actual';
const ODD = 'lab/ana, "ü" 💡;=1\'/x.csv/actual';
let server: Server;
let url: string;
let mayRead: boolean;

beforeEach(async () => {
  mayRead = true;
  let nowMs = NOON - 1_800_000;
  const history = new History({ createSlots: () => new MemorySlots(), now: () => nowMs });
  for (const value of [10, 90, 40]) {
    history.record(TOPIC, value);
    nowMs += 60_000;
  }
  history.record(ODD, 7);
  history.record(TOPIC.replace('/actual', ''), 55);
  nowMs = NOON;
  const rightsOf = () => ({ ...ALL_RIGHTS, mayRead: () => mayRead });
  const identify = createIdentify({ ...openToAll, rightsOf }, new Exposure({ isLoopbackOnly: true }));
  const app = express().use(
    '/api/history',
    createHistoryRouter({ history, topicLevels: 8, identify, now: () => NOON }),
  );
  app.use((thrown: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.status(400).json(toHubError(thrown));
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/history/`;
});
afterEach(() => void server.close());

describe('the history of a topic', () => {
  it('is that of the last hour, as rows', async () => {
    const response = await fetch(url + TOPIC);
    const times = [30, 29, 28].map((minutes) => NOON - minutes * 60_000);
    expect(await response.json()).toEqual([
      [times[0], 10, 10, 10],
      [times[1], 90, 90, 90],
      [times[2], 40, 40, 40],
    ]);
  });

  it('keeps its peaks in however few points', async () => {
    expect(await (await fetch(`${url}${TOPIC}?points=1`)).json()).toEqual([[NOON - 1_800_000, 10, 90, 40]]);
  });

  it.each([
    [1, 1],
    [2, 1],
    [60, 3],
    [5000, 3],
  ])('has at most as many rows as were asked for, and as were recorded: %i, %i', async (points, count) => {
    const rows: number[][] = await (await fetch(`${url}${TOPIC}?points=${points}`)).json();
    expect(rows.length).toBe(count);
    expect(Math.max(...rows.map(([, , max]) => max ?? 0))).toBe(90);
  });

  it('begins with what it was before', async () => {
    const from = new Date(NOON - 600_000).toISOString();
    const rows: number[][] = await (await fetch(`${url}${TOPIC}?from=${from}`)).json();
    expect(rows.map(([, , , last]) => last)).toEqual([40]);
  });

  it.each([
    ['.csv', {}],
    ['', { Accept: 'text/csv' }],
  ])('is CSV for a client that wants CSV: %j %j', async (ending, headers) => {
    const response = await fetch(`${url}${TOPIC}${ending}`, { headers });
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect((await response.text()).split('\r\n').slice(0, 2)).toEqual([
      'time,min,max,last',
      '2026-01-01T11:30:00.000Z,10,10,10',
    ]);
  });

  it.each([
    ['from=yesterday', 'from must be milliseconds since 1970'],
    ['from=', 'a time by ISO 8601'],
    ['to=March 7', 'to must be milliseconds since 1970'],
    ['from=1&from=2', 'from must be milliseconds since 1970'],
    ['from=1.5', 'from must be milliseconds since 1970'],
    ['from=2026-13-01', 'a time by ISO 8601'],
    ['from=2025-02-29', 'a time by ISO 8601'],
    ['from=2025-12-01T24:01', 'a time by ISO 8601'],
    ['from=2025-12-31Z', 'a time by ISO 8601'],
    ['to=8640000000000001', 'to must be milliseconds since 1970'],
    [`from=${'9'.repeat(400)}`, 'from must be milliseconds since 1970'],
    ['to=-9640000000000000', 'negative: before now'],
    ['from=-9640000000000000', 'negative: before to'],
    [`from=${NOON}&to=${NOON - 1}`, 'from must be before to'],
    [`from=${NOON}`, 'from must be before to'],
    ['points=0', 'points must be a whole number from 1 to 5000'],
    ['points=5001', 'points must be a whole number from 1 to 5000'],
    ['points=1.5', 'points must be a whole number from 1 to 5000'],
    ['points=', 'points must be a whole number from 1 to 5000'],
    ['points=7&points=8', 'points must be a whole number from 1 to 5000'],
  ])('is refused for an invalid window, with what is allowed: %s', async (query, reason) => {
    expect(await (await fetch(`${url}${TOPIC}?${query}`)).json()).toMatchObject({
      code: 'option/invalid',
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    ['', '2026-01-01T11:00:00.000Z/2026-01-01T12:00:00.000Z'],
    [`?from=${NOON - 5}`, '2026-01-01T11:59:59.995Z/2026-01-01T12:00:00.000Z'],
    ['?from=-60000', '2026-01-01T11:59:00.000Z/2026-01-01T12:00:00.000Z'],
    ['?to=-60000&from=-60000', '2026-01-01T11:58:00.000Z/2026-01-01T11:59:00.000Z'],
    ['?from=2025-12-31&to=2026-01-01T00:00:00%2B01:00', '2025-12-31T00:00:00.000Z/2025-12-31T23:00:00.000Z'],
  ])('goes by the hub’s clock: %j', async (query, window) => {
    expect((await fetch(url + TOPIC + query)).headers.get('history-window')).toBe(window);
  });

  describe('on a hub in another time zone', () => {
    beforeEach(() => {
      vi.stubEnv('TZ', 'America/Sao_Paulo');
      expect(new Date(NOON).getHours(), 'the zone is in force').toBe(9);
    });
    afterEach(() => vi.unstubAllEnvs());

    it.each([
      ['2025-12-31', '2026-01-01T00:00'],
      ['2025-12-31T00:00', '2026-01-01'],
      ['2025-12-31T00:00:00', '2026-01-01T00:00:00,000'],
      ['2025-12-31T00:00:00Z', '2026-01-01T00:00:00.000Z'],
      ['2025-12-30T21:00-03:00', '2025-12-31T21:00-0300'],
    ])('is in UTC unless the time has a zone: from %s to %s', async (from, to) => {
      const response = await fetch(`${url}${TOPIC}?from=${from}&to=${to}`);
      expect(response.headers.get('history-window')).toBe(
        '2025-12-31T00:00:00.000Z/2026-01-01T00:00:00.000Z',
      );
    });
  });

  it.each([ODD, encodeURIComponent(ODD), ODD.split('/').map(encodeURIComponent).join('/')])(
    'is of a topic with odd characters too, as JSON and as CSV: %s',
    async (path) => {
      expect(await (await fetch(url + path)).json()).toEqual([[NOON - 1_620_000, 7, 7, 7]]);
      const csv = await (await fetch(`${url}${path}.csv`)).text();
      expect(csv).toBe('time,min,max,last\r\n2026-01-01T11:33:00.000Z,7,7,7\r\n');
    },
  );

  it.each(['%ff', 'led/%23', 'a/%2B'])('is of a topic, not of %s', async (path) => {
    expect(await (await fetch(url + path)).json()).toMatchObject({ code: 'topic/invalid' });
  });

  it('is hidden from users who may not read the topic, whether the topic has a history or not', async () => {
    mayRead = false;
    for (const topic of [TOPIC, 'unknown']) {
      expect(await (await fetch(url + topic)).json()).toMatchObject({ code: 'auth/denied' });
    }
  });

  it('comes with what was wanted, if that is asked for', async () => {
    const answer = await (await fetch(`${url}${TOPIC}?related=true`)).json();
    expect(answer.rows).toEqual(await (await fetch(url + TOPIC)).json());
    expect(answer).toMatchObject({ wanted: [[expect.any(Number), 55, 55, 55]], status: [], uptime: [] });
  });

  it('that does not exist is reported', async () => {
    expect(await (await fetch(`${url}unknown`)).json()).toMatchObject({ code: 'topic/unknown' });
  });
});
