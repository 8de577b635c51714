import { BehaviorSubject } from 'rxjs';
import { expect, it } from 'vitest';
import { mayPress } from '../../../../web/dashboard/kinds/button.ts';

it('may be pressed only while hub and device are there and the hub allows it', () => {
  const isHubThere$ = new BehaviorSubject(true);
  const isOnline$ = new BehaviorSubject(true);
  const isAllowed$ = new BehaviorSubject(true);
  const seen: boolean[] = [];
  mayPress({ device: { isOnline$ }, pressed: { isAllowed$ }, isHubThere$ }).subscribe((may) =>
    seen.push(may),
  );
  for (const condition$ of [isHubThere$, isOnline$, isAllowed$]) {
    condition$.next(false);
    condition$.next(true);
  }
  expect(seen).toEqual([true, false, true, false, true, false, true]);
});
