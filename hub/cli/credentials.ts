import { readFileSync } from 'node:fs';
import { HubError, quote } from '../core/error.ts';

/** Where it stands by what a client comes in, and by whom it knows its hub. */
export interface CredentialFiles {
  readonly tokenFile?: string;
  readonly ca?: string;
}

export interface Credentials {
  readonly token?: string;
  /** Who vouches for the hub's certificate (PEM). */
  readonly ca?: string;
}

/**
 * The token by which a client comes in: from a file, or from the environment, but not from the command line, which everybody on the machine
 * can see; and who vouches for its hub. Throws `option/invalid` where a file cannot be read, or holds nothing.
 */
export function readCredentials(
  { tokenFile, ca }: CredentialFiles,
  environment: NodeJS.ProcessEnv = process.env,
): Credentials {
  const token = tokenFile === undefined ? environment.PINHUB_TOKEN?.trim() : readText(tokenFile);
  return { ...(token && { token }), ...(ca !== undefined && { ca: readCertificates(ca) }) };
}

function readCertificates(path: string): string {
  const text = readText(path);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new HubError('option/invalid', `${quote(path, 200)} holds no certificate (PEM)`);
}

function readText(path: string): string {
  const text = read(path).trim();
  if (text !== '') return text;
  throw new HubError('option/invalid', `${quote(path, 200)} is empty`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('option/invalid', `${quote(path, 200)} cannot be read: ${reason}`, { cause });
  }
}
