import { HubError, quote } from '../core/error.ts';
import { readText } from '../files/files.ts';

/** Where it stands by what a client comes in, and by whom it knows its hub. */
interface CredentialFiles {
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
  const token = tokenFile === undefined ? environment.PINHUB_TOKEN?.trim() : readFilled(tokenFile);
  return { ...(token && { token }), ...(ca !== undefined && { ca: readCertificates(ca) }) };
}

function readCertificates(path: string): string {
  const text = readFilled(path);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new HubError('option/invalid', `${quote(path, 200)} holds no certificate (PEM)`);
}

function readFilled(path: string): string {
  const text = readText(path).trim();
  if (text !== '') return text;
  throw new HubError('option/invalid', `${quote(path, 200)} is empty`);
}
