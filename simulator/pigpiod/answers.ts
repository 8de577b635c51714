import type { Request } from './command.ts';
import { HEADER_BYTES } from './request-parser.ts';

/** The answers to one burst of requests, gathered in a buffer that is made for it: they leave in one piece. */
export class Answers {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #end = 0;

  /** With room for so many answers. */
  constructor(most: number) {
    this.#bytes = new Uint8Array(most * HEADER_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The command and its parameters as they came, and its result. */
  add({ command, p1, p2 }: Pick<Request, 'command' | 'p1' | 'p2'>, result: number): void {
    const view = this.#view;
    const at = this.#end;
    view.setUint32(at, command, true);
    view.setUint32(at + 4, p1, true);
    view.setUint32(at + 8, p2, true);
    view.setInt32(at + 12, result, true);
    this.#end = at + HEADER_BYTES;
  }

  /** What has been gathered. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }
}
