import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCredentials } from '../../../hub/cli/credentials.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a token for a client', () => {
  it('comes from a file, else from the environment', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'ph_file\n');
    expect(readCredentials({ tokenFile }, { PINHUB_TOKEN: 'ph_env' })).toEqual({ token: 'ph_file' });
    expect(readCredentials({}, { PINHUB_TOKEN: 'ph_env' })).toEqual({ token: 'ph_env' });
    expect(readCredentials({}, {})).toEqual({});
    await writeFile(tokenFile, '\ufeffph_power\r\n', 'utf16le'); // As PowerShell's ">" writes it.
    expect(readCredentials({ tokenFile }, {})).toEqual({ token: 'ph_power' });
    expect(() => readCredentials({ tokenFile: join(folder, 'none') }, {})).toThrow(/cannot be read/);
  });
});
