import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRemoteHub } from '../../../hub/cli/remote-hub.ts';

const hub = 'http://localhost:5000';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a token for a client', () => {
  it('comes from a file, else from the environment', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'ph_file\n');
    expect(readRemoteHub({ hub, tokenFile }, { PINHUB_TOKEN: 'ph_env' })).toMatchObject({ token: 'ph_file' });
    expect(readRemoteHub({ hub }, { PINHUB_TOKEN: 'ph_env' })).toMatchObject({ token: 'ph_env' });
    expect(readRemoteHub({ hub }, {})).toEqual({ url: hub });
    await writeFile(tokenFile, '\ufeffph_power\r\n', 'utf16le'); // PowerShell's ">" writes this encoding.
    expect(readRemoteHub({ hub, tokenFile }, {})).toMatchObject({ token: 'ph_power' });
    expect(() => readRemoteHub({ hub, tokenFile: join(folder, 'none') }, {})).toThrow(/cannot be read/);
  });
});
