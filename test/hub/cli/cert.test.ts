import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cert } from '../../../hub/cli/cert.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a certificate for the lab', () => {
  it('is written beside its key, which only its owner may read, and replaces none unasked', async () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await cert({ data: folder, name: ['pi.local'], days: 1 });
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600);
    const first = await readFile(join(folder, 'cert.pem'), 'utf8');
    await expect(cert({ data: folder, days: 1 })).rejects.toThrow(/--force replaces it/);
    await cert({ data: folder, days: 1, force: true });
    expect(await readFile(join(folder, 'cert.pem'), 'utf8')).not.toBe(first);
    expect(said.mock.calls.join('\n')).toContain(`--cert ${join(folder, 'cert.pem')}`);
    said.mockRestore();
  });
});
