import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeCluster } from '../../hub/cli/cluster-status.ts';
import { wordsOf } from '../../hub/cli/languages/index.ts';
import { openClusterStore } from '../../hub/cluster/cluster-store.ts';
import { encodeJson } from '../../hub/cluster/json.ts';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { survey } from '../../hub/cluster/nats/survey.ts';
import { findProblems, hubStates, type Survey, withoutFormerHubs } from '../../hub/cluster/status.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

const since = new Date('2026-11-30T07:15:02.123Z');

/** A cluster with hubs that have these cells, and whose owners were heard in these epochs. */
function surveyOf(
  cells: Record<string, object>,
  heard: Record<string, number> = {},
  draining: readonly string[] = [],
): Survey {
  const cellOf = (hub: string) => ({
    epoch: 1,
    instance: `${hub}-host (process 7)`,
    isReleased: false,
    ...cells[hub],
  });
  const beats = Object.entries(heard).flatMap(([hub, epoch]) => [
    { channel: `hub-${hub}`, bytes: encodeJson({ ...cellOf(hub), epoch }) },
    {
      channel: 'members',
      bytes: encodeJson({
        ...cellOf(hub),
        hub,
        epoch,
        addresses: [`mqtt://${hub}:1883`],
        isLeaving: false,
        isDraining: draining.includes(hub),
      }),
    },
  ]);
  return {
    cells: [
      ...Object.keys(cells).map((hub) => ({
        key: `hub-${hub}`,
        text: JSON.stringify(cellOf(hub)),
        changedAt: since,
      })),
      { key: 'hubs', text: '{"a":1}', changedAt: since },
      { key: 'device-led-2f21', text: '{}', changedAt: since },
    ],
    casts: [...beats, { channel: 'hub-a', bytes: new Uint8Array([1]) }],
    servers: [{ address: 'nats://a', version: '2.15.1' }],
    logs: [{ name: 'a', entries: 12, bytes: 3_456, replicas: 3, current: 3 }],
  };
}

const problemsOf = (found: Survey) => findProblems(found, hubStates(found));

describe('the hubs of a cluster', () => {
  it('drain if the owner that is heard says so', () => {
    const found = surveyOf({ a: {}, b: {}, c: {} }, { a: 1, b: 1 }, ['a', 'c']);
    const conditions = hubStates(found).map(({ condition }) => condition);
    expect(conditions).toEqual(['drains', 'serves', 'gone']);
  });

  it('serve if their owner is heard, and are gone, stopped or adopted otherwise', () => {
    const found = surveyOf(
      { d: { isReleased: true }, a: {}, c: { epoch: 3 }, b: { isReleased: true, adopter: 'a' } },
      { a: 1, c: 2 },
    );
    expect(hubStates(found).map(({ hub, condition }) => `${hub} ${condition}`)).toEqual([
      'a serves',
      'b adopted',
      'c gone',
      'd stopped',
    ]);
    expect(problemsOf(found)).toEqual(['hub c is gone']);
  });

  it('are listed for a day after they were adopted, with their logs', () => {
    const found = surveyOf(
      { a: { isReleased: true, isEmpty: true, adopter: 'b' }, b: {}, c: { adopter: 'b' } },
      { b: 1 },
    );
    const listed = (hours: number) => {
      const left = withoutFormerHubs(found, new Date(since.getTime() + hours * 3_600_000));
      return [...hubStates(left).map(({ hub }) => hub), ...left.logs.map(({ name }) => `log ${name}`)];
    };
    expect(listed(23)).toEqual(['a', 'b', 'c', 'log a']);
    expect(listed(25)).toEqual(['b', 'c']);
  });

  it('are printed with their addresses, their logs and the servers', () => {
    const found = surveyOf({ a: { epoch: 2 } }, { a: 2 });
    expect(describeCluster(found, hubStates(found), problemsOf(found), wordsOf({}))).toBe(
      `
HUB  STATE    PROCESS             EPOCH  SINCE                 ADDRESSES
a    running  a-host (process 7)  2      2026-11-30 07:15:02Z  mqtt://a:1883

LOG  ENTRIES  BYTES  WHOLE ON
a    12       3456   3 of 3 servers

NATS      VERSION
nats://a  2.15.1

All is well.`.trim(),
    );
  });

  it('have a problem if none serves, a server does not answer, or a log is not whole', () => {
    const found: Survey = {
      ...surveyOf({ a: { isReleased: true } }),
      servers: [{ address: 'nats://b', problem: 'no NATS server of nats://b can be used: refused' }],
      logs: [{ name: 'a', entries: 1, bytes: 1, replicas: 3, current: 2 }],
    };
    expect(problemsOf(found)).toEqual([
      'nats://b: no NATS server of nats://b can be used: refused',
      'no hub serves',
      'log a is whole on 2 of 3 servers only',
    ]);
  });
});

describeWithNats('the status of a cluster on a real nats-server', (program) => {
  let servers: NatsServers;
  beforeAll(async () => {
    servers = await NatsServers.start(program, 1);
  });
  afterAll(() => servers.stop());

  const look = async () => {
    const found = await survey({
      servers: [...servers.urls, 'nats://127.0.0.1:1'],
      cluster: 'c',
      name: 'look',
    });
    return { found, hubs: hubStates(found) };
  };

  it('follows a hub from its start to its end, and creates nothing itself', async () => {
    expect((await look()).found).toMatchObject({ cells: [], logs: [], casts: [] });
    const engine = await openNatsEngine({ servers: servers.urls, cluster: 'c', name: 'test' });
    const log = pino({ level: 'silent' });
    const store = await openClusterStore({ engine, hub: 'lab', instance: 'me', log });
    const serving = await look();
    expect(serving.hubs).toMatchObject([{ hub: 'lab', condition: 'serves', instance: 'me', epoch: 1 }]);
    expect(Date.now() - Number(serving.hubs[0]?.since)).toBeLessThan(60_000);
    expect(serving.found.logs).toMatchObject([{ name: 'lab', replicas: 1, current: 1 }]);
    expect(serving.found.servers).toMatchObject([
      { version: expect.stringMatching(/^2\./) },
      { problem: expect.stringContaining('nats://127.0.0.1:1 can be used') },
    ]);
    await store.close();
    await engine.close();
    expect((await look()).hubs).toMatchObject([{ condition: 'stopped' }]);
  });
});
