import { describe, expect, it } from 'vitest';
import {
  addressForOthers,
  askOffer,
  askToken,
  qrPath,
  withToken,
} from '../../../../web/shared/share/share.ts';

const at = (href: string) => new URL(href);

describe('The address for others', () => {
  it.each([
    ['http://192.168.1.5:5000/', [], 'http://192.168.1.5:5000/'],
    ['https://pi.local/simulator?device=ana', ['10.0.0.1'], 'https://pi.local/'],
    ['https://home.example/pinhub/simulator', [], 'https://home.example/pinhub/'],
    ['http://localhost:5000/pinhub/', ['192.168.1.5'], 'http://192.168.1.5:5000/pinhub/'],
    ['http://localhost:5000/', ['192.168.1.5', '10.0.0.1'], 'http://192.168.1.5:5000/'],
    ['http://127.0.0.1:5001/', ['fd00::5'], 'http://[fd00::5]:5001/'],
    ['https://[::1]/', ['192.168.1.5'], 'https://192.168.1.5/'],
    ['http://localhost:5000/', [], undefined],
  ])('seen from %s, on a machine at %j, is %s', (href, addresses, expected) => {
    expect(addressForOthers(at(href), addresses)).toBe(expected);
  });

  it('has the token in its query', () => {
    expect(withToken('http://pi:5000/', 'ph_a+b')).toBe('http://pi:5000/?token=ph_a%2Bb');
  });
});

describe('A hub', () => {
  const answering =
    (answer: unknown, status = 200): typeof fetch =>
    async () =>
      Response.json(answer, { status });

  it('says what may be shared', async () => {
    const answer = { ok: true, roles: ['viewer', 7], addresses: ['10.0.0.1'] };
    expect(await askOffer(answering(answer))).toEqual({ roles: ['viewer'], addresses: ['10.0.0.1'] });
    expect(await askOffer(answering({ ok: true }))).toEqual({ roles: [], addresses: [] });
  });

  it('gives a token for a role', async () => {
    const asked: unknown[] = [];
    const request: typeof fetch = async (address, how) => {
      asked.push([address, how?.method, how?.body]);
      return Response.json({ ok: true, token: 'ph_x' });
    };
    expect(await askToken('viewer', request)).toBe('ph_x');
    expect(asked).toEqual([['api/links', 'POST', '{"role":"viewer"}']]);
  });

  it('gives nothing if it refuses, is away, or is not a hub', async () => {
    expect(await askOffer(answering({ ok: false }, 404))).toBeUndefined();
    expect(await askToken('admin', answering({ ok: false }, 403))).toBeUndefined();
    expect(await askOffer(() => Promise.reject(new TypeError('Failed to fetch')))).toBeUndefined();
    expect(await askOffer(async () => new Response('<html>'))).toBeUndefined();
  });
});

it('A QR code has its quiet zone, and the three marks by which it is found', () => {
  const { side, path } = qrPath('http://192.168.1.5:5000/?token=ph_abc');
  const dark = new Set(path.match(/M\d+ \d+/g));
  expect([...dark].some((at) => /^M[0-3] | [0-3]$/.test(at))).toBe(false);
  for (const [x, y] of [
    [4, 4],
    [side - 11, 4],
    [4, side - 11],
  ] as const)
    for (let step = 0; step < 7; step++) expect(dark).toContain(`M${x + step} ${y}`);
});
