import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { cert } from '../../../hub/cli/cert.ts';

let folder: string;
let said: MockInstance<typeof console.log>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-cli-'));
  said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(async () => {
  said.mockRestore();
  await rm(folder, { recursive: true });
});

describe('a certificate for the lab', () => {
  it('is written beside its key, which only its owner may read, and does not replace another unless asked', async () => {
    await cert({ data: folder, name: ['pi.local'], days: 1 });
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600);
    const first = await readFile(join(folder, 'cert.pem'), 'utf8');
    await expect(cert({ data: folder, days: 1 })).rejects.toThrow(/--force replaces it/);
    await cert({ data: folder, days: 1, force: true });
    expect(await readFile(join(folder, 'cert.pem'), 'utf8')).not.toBe(first);
    expect(said.mock.calls.join('\n')).toContain(`--cert ${join(folder, 'cert.pem')}`);
  });

  it('has a key that nobody could ever read who could read the one before, or a draft of it', async () => {
    const path = join(folder, 'key.pem');
    for (const one of [path, `${path}.new`]) {
      await writeFile(one, 'of before');
      await chmod(one, 0o644);
    }
    const readers = await Promise.all([open(path), open(`${path}.new`)]);
    await cert({ data: folder, days: 1, force: true });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const reader of readers) {
      expect(await reader.readFile('utf8')).toBe('of before');
      await reader.close();
    }
    expect((await readdir(folder)).sort()).toEqual(['cert.pem', 'key.pem']);
  });

  it.each(['cert.pem', 'key.pem'])('is not written in part if %s stands in the way', async (name) => {
    await writeFile(join(folder, name), 'of before');
    await expect(cert({ data: folder, days: 1 })).rejects.toThrow(`${name}" exists already`);
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), 'utf8')).toBe('of before');
  });

  it('replaces no key if the certificate cannot be replaced', async () => {
    await mkdir(join(folder, 'cert.pem'));
    await writeFile(join(folder, 'key.pem'), 'of before');
    const outcome = cert({ data: folder, days: 1, force: true });
    await expect(outcome).rejects.toMatchObject({ code: 'option/invalid' });
    expect(await readFile(join(folder, 'key.pem'), 'utf8')).toBe('of before');
  });
});
