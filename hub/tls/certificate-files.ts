import { createPrivateKey, X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { Subject } from 'rxjs';
import { HubError, quote, toHubError } from '../core/error.ts';
import { readText } from '../files/files.ts';

interface CertificatePaths {
  /** The certificate, and those that vouch for it, in PEM. */
  readonly cert: string;
  /** Its private key, in PEM. */
  readonly key: string;
  /** Who may vouch for clients; where it is given, clients may show a certificate. */
  readonly clientCa?: string | undefined;
}

interface CertificateFilesOptions extends CertificatePaths {
  /** Called where the files have changed and are of no use as they are. */
  readonly onFault: (error: HubError) => void;
  /** How often to look whether they have changed, milliseconds. */
  readonly pollMs?: number;
}

const DEFAULT_POLL_MS = 1_000;

/** The certificate that a hub shows, from files that somebody may renew while it runs. */
export class CertificateFiles {
  /** What is in the files now. */
  current: SecureContextOptions;
  /** Hot: what is in the files after each change, once certificate and key fit each other. */
  readonly renewed$ = new Subject<SecureContextOptions>();
  readonly #options: CertificateFilesOptions;
  readonly #onChange = () => this.#renew();

  /** Throws `option/invalid` where the files cannot be read, or the key is another certificate's. */
  constructor(options: CertificateFilesOptions) {
    this.#options = options;
    this.current = read(options);
    const interval = options.pollMs ?? DEFAULT_POLL_MS;
    for (const path of this.#paths) watchFile(path, { interval, persistent: false }, this.#onChange);
  }

  close(): void {
    for (const path of this.#paths) unwatchFile(path, this.#onChange);
    this.renewed$.complete();
  }

  get #paths(): readonly string[] {
    const { cert, key, clientCa } = this.#options;
    return [cert, key, clientCa].filter((path) => path !== undefined);
  }

  /** Of two files that are renewed one is first: until the other is there too, the old pair stays in use. */
  #renew(): void {
    try {
      this.current = read(this.#options);
    } catch (error) {
      this.#options.onFault(toHubError(error));
      return;
    }
    this.renewed$.next(this.current);
  }
}

function read({ cert, key, clientCa }: CertificatePaths): SecureContextOptions {
  const options: SecureContextOptions = {
    cert: readText(cert),
    key: readText(key),
    ...(clientCa !== undefined && { ca: readText(clientCa) }),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(options);
    const isPair = new X509Certificate(String(options.cert)).checkPrivateKey(
      createPrivateKey(String(options.key)),
    );
    if (!isPair) throw new Error('the key belongs to another certificate');
    return options;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError(
      'option/invalid',
      `${quote(cert)} and ${quote(key)} cannot be used for TLS: ${reason}`,
      { cause },
    );
  }
}
