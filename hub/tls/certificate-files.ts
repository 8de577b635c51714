import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { Subject } from 'rxjs';
import { HubError, quote, toHubError } from '../core/error.ts';
import { followFiles, readText } from '../files/files.ts';

interface CertificatePaths {
  /** The certificate and its intermediate certificates, PEM. */
  readonly cert: string;
  /** Its private key, PEM. */
  readonly key: string;
  /** The CA of client certificates, PEM; without it, clients cannot present one. */
  readonly clientCa?: string | undefined;
}

interface CertificateFilesOptions extends CertificatePaths {
  /** Called when the files have changed and cannot be used. */
  readonly onFault: (error: HubError) => void;
  /** How often to check for changes, milliseconds. Default 1,000. */
  readonly pollMs?: number;
}

/** The hub's certificate, read again whenever its files change. */
export class CertificateFiles {
  current: SecureContextOptions;
  /** Hot. Emits after each change, once certificate and key match. */
  readonly renewed$ = new Subject<SecureContextOptions>();
  readonly #options: CertificateFilesOptions;
  readonly #unfollow: () => void;

  /** Throws `option/invalid` if the files cannot be read, or the key does not match the certificate. */
  constructor(options: CertificateFilesOptions) {
    this.#options = options;
    this.current = read(options);
    const { cert, key, clientCa, pollMs } = options;
    const paths = [cert, key, clientCa].filter((path) => path !== undefined);
    this.#unfollow = followFiles(paths, () => this.#renew(), pollMs);
  }

  close(): void {
    this.#unfollow();
    this.renewed$.complete();
  }

  /** The two files do not change in the same moment: until they match again, the old pair stays in use. */
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
    throw new HubError(
      'option/invalid',
      `${quote(cert)} and ${quote(key)} cannot be used for TLS: ${toHubError(cause).message}`,
      { cause },
    );
  }
}
