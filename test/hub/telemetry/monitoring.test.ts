import { expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import { Readiness } from '../../../hub/telemetry/monitoring.ts';

it('a hub is ready from the time it serves until it stops, as long as it can store its state', () => {
  let failure: HubError | undefined;
  const readiness = new Readiness(() => failure);
  expect(readiness.reason).toBe('starting');
  readiness.phase = 'serving';
  expect(readiness.reason).toBeUndefined();
  failure = new HubError('store/unavailable', 'the disk is full');
  expect(readiness.reason).toBe('the disk is full');
  failure = undefined;
  expect(readiness.reason).toBeUndefined();
  readiness.phase = 'draining';
  expect(readiness.reason).toBe('draining');
});
