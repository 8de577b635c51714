import type { Request } from './command.ts';
import { HEADER_BYTES } from './request-parser.ts';

/** The answers to one burst of requests, collected in one buffer so that they are sent in one piece. */
export class Answers {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #end = 0;

  /** Allocates room for this many answers. */
  constructor(most: number) {
    this.#bytes = new Uint8Array(most * HEADER_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Adds an answer: the command and its parameters as received, and its result. */
  add({ command, p1, p2 }: Pick<Request, 'command' | 'p1' | 'p2'>, result: number): void {
    const view = this.#view;
    const at = this.#end;
    view.setUint32(at, command, true);
    view.setUint32(at + 4, p1, true);
    view.setUint32(at + 8, p2, true);
    view.setInt32(at + 12, result, true);
    this.#end = at + HEADER_BYTES;
  }

  /** The answers collected so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }
}
