import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Vault } from './vault.ts';

interface KeptSecretOptions {
  readonly vault: Vault;
  /** What it is kept under. */
  readonly key: string;
  readonly log: Logger;
}

const BYTES = 32;

const schema = z.object({ secret: z.base64().length(Math.ceil(BYTES / 3) * 4) });

/** A secret of the hub's own that outlives the process. It is made when it is first needed. */
export class KeptSecret {
  readonly #options: KeptSecretOptions;
  #secret: Promise<Uint8Array> | undefined;

  constructor(options: KeptSecretOptions) {
    this.#options = options;
  }

  read(): Promise<Uint8Array> {
    this.#secret ??= this.#readOrMake();
    return this.#secret;
  }

  /** Where the vault cannot be used, the secret lasts as long as the process. */
  async #readOrMake(): Promise<Uint8Array> {
    const { vault, key, log } = this.#options;
    const made = randomBytes(BYTES);
    const secret = made.toString('base64');
    try {
      await vault.update('secrets', key, ({ secrets: kept }) =>
        schema.safeParse(kept).success ? undefined : { secret },
      );
      return Buffer.from(schema.parse(await vault.get('secrets', key)).secret, 'base64');
    } catch (error) {
      log.warn({ err: error }, 'a secret of the hub is not kept: it will be another after the next start');
    }
    return made;
  }
}
