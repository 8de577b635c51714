import { BehaviorSubject } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import { HUBS_TOPIC, type ServingHub } from '../../../hub/core/ports.ts';
import { createHub, type WebHub } from '../../../hub/create-hub.ts';

const serving = (hub: string): ServingHub => ({
  hub,
  epoch: 3,
  instance: `${hub}-host (process 7)`,
  addresses: [`http://${hub}:5000/`],
});

let hub: WebHub;
afterEach(() => hub.close());

async function metricsOf(): Promise<string> {
  const port = await hub.listen({ port: 0 });
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('pinhub_cluster_'))
    .join('\n');
}

const told = () => hub.broker.core.hub.retained.get(HUBS_TOPIC)?.text;

it('a hub in a cluster tells its clients which hubs serve and how to reach them, but not on which machine', async () => {
  const live$ = new BehaviorSubject([serving('a'), serving('b')]);
  hub = createHub({ hubs: { self: serving('a'), live$ } });
  expect(JSON.parse(told() ?? '')).toEqual([
    { hub: 'a', addresses: ['http://a:5000/'] },
    { hub: 'b', addresses: ['http://b:5000/'] },
  ]);
  expect(await metricsOf()).toBe(
    'pinhub_cluster_info{hub="a"} 1\npinhub_cluster_hubs 2\npinhub_cluster_epoch 3',
  );
});

it('a hub in a cluster says at once that another is gone', () => {
  const live$ = new BehaviorSubject([serving('a'), serving('b')]);
  hub = createHub({ hubs: { self: serving('a'), live$ } });
  live$.next([serving('a')]);
  expect(JSON.parse(told() ?? '')).toEqual([{ hub: 'a', addresses: ['http://a:5000/'] }]);
});

it('a hub of its own says nothing of a cluster', async () => {
  hub = createHub();
  expect(told()).toBeUndefined();
  expect(await metricsOf()).toBe('');
});
