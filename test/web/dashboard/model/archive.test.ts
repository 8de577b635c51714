import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Ask, createArchive } from '../../../../web/dashboard/model/archive.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const TOPIC = 'led/21/duty/actual';

/** An archive of a hub that gives this answer, at noon by this page's clock. */
function archiveOf(body: string, init: ResponseInit = {}) {
  const asked: string[] = [];
  const ask: Ask = async (address) => {
    asked.push(address);
    return new Response(body, init);
  };
  return { archive: createArchive(ask, () => NOON), asked };
}

const read = (body: string, init?: ResponseInit) =>
  firstValueFrom(archiveOf(body, init).archive.read(TOPIC, 60_000, 200));

describe('the archive', () => {
  it('asks back from the hub’s own now', async () => {
    const { archive, asked } = archiveOf('[]');
    await firstValueFrom(archive.read(TOPIC, 3_600_000, 200));
    await firstValueFrom(archive.read('a b/ü#?/c', 0.5, 1));
    expect(asked).toEqual([
      'api/history/led/21/duty/actual?from=-3600000&points=200&related=true',
      'api/history/a%20b/%C3%BC%23%3F/c?from=-1&points=1&related=true',
    ]);
  });

  it('gives the address of the same as CSV, as finely as it is kept', () => {
    const { archive } = archiveOf('');
    expect(archive.csvAddress(TOPIC, 86_400_000)).toBe(
      'api/history/led/21/duty/actual.csv?from=-86400000&points=5000',
    );
  });

  it('puts the rows onto this page’s clock, however wrong the hub’s is', async () => {
    const headers = { 'History-Window': '1970-01-01T00:00:00.000Z/1970-01-01T00:01:00.000Z' };
    expect(await read('[[30000,1,3,2],[60000,2,2,2]]', { headers })).toEqual({
      fromMs: NOON - 60_000,
      toMs: NOON,
      rows: [
        [NOON - 30_000, 1, 3, 2],
        [NOON, 2, 2, 2],
      ],
      wanted: [],
      gaps: [],
    });
  });

  it('has the wanted values too, and the times when the device or the hub was away', async () => {
    const status = [
      [NOON - 50_000, 1, 1, 1],
      [NOON - 40_000, 0, 0, 0],
      [NOON - 30_000, 0, 1, 1],
    ];
    const answer = {
      rows: [[NOON - 55_000, 1, 1, 1]],
      wanted: [[NOON - 56_000, 2, 2, 2]],
      status,
      uptime: [],
    };
    expect(await read(JSON.stringify(answer))).toMatchObject({
      rows: answer.rows,
      wanted: answer.wanted,
      gaps: [{ fromMs: NOON - 40_000, toMs: NOON - 30_000 }],
    });
  });

  it('can end in the past', async () => {
    const { archive, asked } = archiveOf('[]');
    const { fromMs, toMs } = await firstValueFrom(archive.read(TOPIC, 10_000, 5, 60_000));
    expect([fromMs, toMs]).toEqual([NOON - 70_000, NOON - 60_000]);
    expect(asked).toEqual(['api/history/led/21/duty/actual?from=-10000&to=-60000&points=5&related=true']);
  });

  it.each([undefined, 'soon', '2026-01-01T00:00:00Z', '1/soon'])(
    'takes the times as they are from a hub that does not say its own: %s',
    async (window) => {
      const headers: Record<string, string> = window === undefined ? {} : { 'History-Window': window };
      const { rows } = await read(`[[${NOON - 5},1,1,1]]`, { headers });
      expect(rows[0]?.[0]).toBe(NOON - 5);
    },
  );

  it.each([
    [404, '{"ok":false,"error":{"code":"topic/unknown","message":"none"}}', 'topic/unknown'],
    [403, '{"ok":false,"error":{"code":"auth/denied","message":"no"}}', 'auth/denied'],
    [503, '{"ok":false,"error":{"code":"store/unavailable","message":"full"}}', 'store/unavailable'],
    [502, '<h1>Bad gateway</h1>', 'protocol/violation'],
    [500, '', 'protocol/violation'],
    [200, '<!doctype html>', 'protocol/violation'],
    [200, '{"ok":true}', 'protocol/violation'],
    [200, '[[1,2,3]]', 'protocol/violation'],
    [200, '[[1,2,3,"4"]]', 'protocol/violation'],
    [200, '[[1,2,3,null]]', 'protocol/violation'],
  ])('reports a wrong answer %i %s', async (status, body, code) => {
    await expect(read(body, { status })).rejects.toMatchObject({ code });
  });

  it('says that a hub that does not answer cannot be reached', async () => {
    const archive = createArchive(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(firstValueFrom(archive.read(TOPIC, 1, 1))).rejects.toMatchObject({
      code: 'hub/unreachable',
    });
  });

  it('ends a reading that nobody waits for any more', () => {
    let isGivenUp: () => boolean = () => false;
    const archive = createArchive((_address, { signal }) => {
      isGivenUp = () => signal.aborted;
      return new Promise(() => {});
    });
    const reading = archive.read(TOPIC, 1, 1).subscribe();
    expect(isGivenUp()).toBe(false);
    reading.unsubscribe();
    expect(isGivenUp()).toBe(true);
  });
});
