import { readFileSync } from 'node:fs';
import { HubError, quote } from '../core/error.ts';

/**
 * The token by which a client comes in: from a file, or from the environment, but not from the command line, which everybody on the machine
 * can see. Throws `option/invalid` where the file cannot be read.
 */
export function readToken(
  { tokenFile }: { readonly tokenFile?: string },
  environment: NodeJS.ProcessEnv = process.env,
): { readonly token?: string } {
  const token = tokenFile === undefined ? environment.PINHUB_TOKEN : readText(tokenFile);
  return token ? { token } : {};
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('option/invalid', `${quote(path)} cannot be read: ${reason}`, { cause });
  }
}
