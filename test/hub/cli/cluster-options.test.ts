import { expect, it } from 'vitest';
import { devicePrefix } from '../../../hub/cli/cluster-options.ts';

it.each([
  [{ cluster: ['nats://a'], hubName: 'b', prefix: '' }, 'b'],
  [{ cluster: ['nats://a'], hubName: 'b', prefix: 'lab' }, 'lab'],
  [{ cluster: ['nats://a'], hubName: 'main', prefix: '' }, ''],
  [{ hubName: 'b', prefix: '' }, ''],
])(
  'the devices and the board of a hub in a cluster are below its name, unless it has the default one: %j',
  (options, prefix) => {
    expect(devicePrefix(options)).toBe(prefix);
  },
);
