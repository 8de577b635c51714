import type { Draft } from '../model/draft.ts';
import type { firstProgram } from '../model/program.ts';

export interface PageState {
  readonly lamp: string;
  readonly hello: string;
  /** Where what is written is kept. */
  readonly kept: string;
  readonly draft: Draft;
  /** How often it was run: each time it gets a new frame. */
  readonly runs: number;
  readonly light: number;
  readonly greeting: string;
  readonly reports: readonly string[];
}

export interface PageActions {
  readonly edit: (program: string) => void;
  readonly run: () => void;
  /** Begins again: with what the teacher has handed out, or else with the first program. */
  readonly startOver: () => void;
  readonly goBack: () => void;
  /** Called when a frame is there, with what it is to run. */
  readonly load: (frame: HTMLIFrameElement, program: string) => void;
  readonly toFile: (program: string) => string;
  readonly first: typeof firstProgram;
}
