import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import type { Refused } from '../../../hub/gateways/client-events.ts';
import { REMEMBERED_REFUSALS, RefusalRing } from '../../../hub/gateways/refusal-ring.ts';

function open() {
  const refused$ = new Subject<Refused>();
  let now = 0;
  const ring = new RefusalRing({ refused$ }, () => ++now);
  const refuse = (message: string, client = 'c') =>
    refused$.next({ protocol: 'mqtt', address: '::1', client, error: new HubError('auth/denied', message) });
  return { ring, refuse };
}

it('counts what is refused again and again in the same way as one', () => {
  const { ring, refuse } = open();
  for (const message of ['a', 'a', 'a', 'b', 'a']) refuse(message);
  expect(ring.newest).toMatchObject([
    { message: 'a', times: 1, number: 3 },
    { message: 'b', times: 1 },
    { message: 'a', times: 3, firstAt: 1, lastAt: 3 },
  ]);
});

it('forgets the oldest, and cuts what anybody can make long', () => {
  const { ring, refuse } = open();
  for (let index = 0; index < REMEMBERED_REFUSALS + 3; index++) refuse(`${index}`, 'x'.repeat(10_000));
  expect(ring.newest).toHaveLength(REMEMBERED_REFUSALS);
  expect(ring.newest.at(-1)?.message).toBe('3');
  expect(ring.newest[0]?.client).toHaveLength(256);
});
