import type { firstProgram } from '../model/program.ts';

export interface PageState {
  readonly lamp: string;
  readonly hello: string;
  /** `undefined` while nobody has changed it: then it is the first one, in the language of the page. */
  readonly program: string | undefined;
  /** How often it was run: each time it gets a new frame. */
  readonly runs: number;
  readonly light: number;
  readonly greeting: string;
  readonly reports: readonly string[];
}

export interface PageActions {
  readonly edit: (program: string) => void;
  readonly run: () => void;
  readonly reset: () => void;
  /** Called when a frame is there, with what it is to run. */
  readonly load: (frame: HTMLIFrameElement, program: string) => void;
  readonly toFile: (program: string) => string;
  readonly first: typeof firstProgram;
}
