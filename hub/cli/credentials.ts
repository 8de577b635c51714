import { HubError, quote } from '../core/error.ts';
import { readText } from '../files/files.ts';

/** Files that hold the client's token and the authority that signed the hub's certificate. */
interface CredentialFiles {
  readonly tokenFile?: string;
  readonly ca?: string;
}

export interface Credentials {
  readonly token?: string;
  /** The authority that signed the hub's certificate (PEM). */
  readonly ca?: string;
}

/**
 * Reads the token of a client, from a file or the environment. It is never an argument, as everybody on the machine can see those. Throws
 * `option/invalid` if a file cannot be read or is empty.
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
