import { describe, expect, it } from 'vitest';
import type { ClassSeat } from '../../../../hub/client/api/class-api.ts';
import { type ErrorCode, HubError } from '../../../../hub/core/index.ts';
import { askVisit, join } from '../../../../web/class/model/visit.ts';

const SEAT: ClassSeat = { seat: 'ana', nickname: 'Ana', since: '2026-01-01T00:00:00.000Z' };

describe('joining', () => {
  it('leaves the nickname out if it is empty: the code is then that of a seat', async () => {
    const asked: object[] = [];
    const api = {
      async join(entry: object) {
        asked.push(entry);
        return SEAT;
      },
    };
    expect(await join(api, { code: 'ABCDE', nickname: 'Ana' })).toBeUndefined();
    expect(await join(api, { code: 'ABCDEF', nickname: '  ' })).toBeUndefined();
    expect(asked).toEqual([{ code: 'ABCDE', nickname: 'Ana' }, { code: 'ABCDEF' }]);
  });

  it.each<[ErrorCode, string, string]>([
    ['auth/wrong', '"X" is not the code', 'wrongCode'],
    ['option/invalid', 'no nickname', 'badNickname'],
    ['event/invalid', 'the body: …', 'badNickname'],
    ['payload/too-large', 'request entity too large', 'badNickname'],
    ['limit/exceeded', 'the class is full: it has 60 seats', 'full'],
    ['limit/exceeded', 'too many wrong codes from your network; wait 2 s', 'tooMany'],
    ['hub/unreachable', 'the hub cannot be reached', 'unreachable'],
    ['internal', 'oops', 'failed'],
  ])('names the obstacle: %s, %s', async (code, message, fault) => {
    const api = { join: () => Promise.reject(new HubError(code, message)) };
    expect(await join(api, { code: 'X', nickname: 'Ana' })).toBe(fault);
  });
});

it('nobody knows who the visitor is if the hub does not say', async () => {
  const visit = { you: 'stranger', isOpen: true, isPaused: false } as const;
  expect(await askVisit({ visit: async () => visit })).toBe(visit);
  const away = () => Promise.reject(new HubError('hub/unreachable', 'away'));
  expect(await askVisit({ visit: away })).toBeUndefined();
});
