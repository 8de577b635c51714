import { lstat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HubError, quote } from '../core/error.ts';
import { describeExposure, replaceFiles } from '../files/files.ts';
import { defaultDataFolder, makeFolder } from '../storage/folder/data-folder.ts';
import { createSelfSigned } from '../tls/self-signed.ts';
import { type SpokenOptions, wordsOf } from './languages/index.ts';
import { translated } from './languages/words.ts';
import { COMMAND } from './options.ts';
import { outsideAddresses } from './sharing.ts';

export interface CertOptions extends SpokenOptions {
  readonly name?: readonly string[];
  readonly data?: string;
  readonly days: number;
  readonly force?: boolean;
}

const HOUR_MS = 3_600_000;

/** `pinhub cert`: creates a self-signed certificate, for a lab without an authority. Rejects with `option/invalid` if one exists already. */
export async function cert(options: CertOptions): Promise<void> {
  const { name = ownNames(), data = defaultDataFolder(), days, force = false } = options;
  const [first = hostname(), ...others] = name;
  const now = Date.now();
  const notAfter = new Date(now + days * 24 * HOUR_MS);
  const notBefore = new Date(now - HOUR_MS); // For clients whose clock is slow.
  const pair = createSelfSigned({ names: [first, ...others], notBefore, notAfter });
  const paths = { cert: join(data, 'cert.pem'), key: join(data, 'key.pem') };
  makeFolder(data);
  for (const path of [paths.key, paths.cert]) await checkIsFree(path, { force });
  await replaceFiles([
    { path: paths.key, content: pair.key },
    { path: paths.cert, content: pair.cert, mode: 0o644 },
  ]);
  const exposure = describeExposure(paths.key);
  const words = wordsOf(options);
  const { cert: say } = words.output;
  if (exposure) console.error(`pinhub: ${translated(words, exposure)}`);
  console.log(
    [
      say.validFor([first, ...others].join(', '), notAfter),
      `  ${COMMAND} --host --cert ${paths.cert} --key ${paths.key}`,
      say.trust(paths.cert, `${COMMAND} sub 'led/#' --hub https://${first}:5000`),
      say.browsers,
    ].join('\n'),
  );
}

function ownNames(): string[] {
  return [hostname(), `${hostname()}.local`, 'localhost', '127.0.0.1', '::1', ...outsideAddresses('::')];
}

/** Throws, before anything is written, if the path is taken. */
async function checkIsFree(path: string, { force }: { force: boolean }): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!found || (force && !found.isDirectory())) return;
  const reason = found.isDirectory()
    ? 'is a folder; move it away, or choose another --data'
    : 'exists already; --force replaces it';
  throw new HubError('option/invalid', `${quote(path)} ${reason}`);
}
