import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../hub/client/index.ts';
import { isInTheWay, troubleOf } from '../../../web/shared/trouble.ts';

const offline = { status: 'offline', reason: 'so it is', final: false } as const;

describe('trouble between a page and the hub', () => {
  it.each<[string, Connection, boolean, unknown]>([
    ['nothing while it connects', { status: 'connecting' }, false, undefined],
    ['nothing once it is there', { status: 'online' }, false, undefined],
    ['that one may not see anything', { status: 'online' }, true, { is: 'denied' }],
    ['a hub that is away', offline, false, { is: 'lost', code: undefined }],
    [
      'a hub that says why it goes',
      { ...offline, code: 'hub/closing' },
      false,
      { is: 'lost', code: 'hub/closing' },
    ],
    [
      'that one is not let in any more',
      { ...offline, code: 'auth/denied', final: true },
      false,
      { is: 'signed-out', wasSeat: false },
    ],
    [
      'that the login is over',
      { ...offline, code: 'auth/required', final: true },
      false,
      { is: 'signed-out', wasSeat: false },
    ],
    [
      'that the hub will not have us, for another reason',
      { ...offline, code: 'event/invalid', final: true },
      false,
      { is: 'ended', code: 'event/invalid', reason: 'so it is' },
    ],
    [
      'one thing alone where two are true',
      { ...offline, code: 'auth/denied', final: true },
      true,
      { is: 'signed-out', wasSeat: false },
    ],
  ])('is %s', (_, connection, isDenied, trouble) => {
    expect(troubleOf(connection, isDenied)).toEqual(trouble);
  });

  it('is, for a student, that the seat is gone', () => {
    const connection = { ...offline, code: 'auth/denied', final: true } as const;
    expect(troubleOf(connection, false, 'seat')).toEqual({ is: 'signed-out', wasSeat: true });
  });

  it('leaves the page in sight while the hub is tried again, and only then', () => {
    expect(isInTheWay(undefined)).toBe(false);
    expect(isInTheWay({ is: 'lost', code: undefined })).toBe(false);
    expect(isInTheWay({ is: 'signed-out', wasSeat: false })).toBe(true);
    expect(isInTheWay({ is: 'denied' })).toBe(true);
  });
});
