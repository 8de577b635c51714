import type { Report } from '../model/bridge.ts';
import type { Draft } from '../model/draft.ts';
import type { firstProgram } from '../model/program.ts';

export interface PageState {
  /** The program may use the topics below this one. */
  readonly base: string;
  readonly lamp: string;
  readonly hello: string;
  /** The topic at which the program is saved. */
  readonly kept: string;
  readonly draft: Draft;
  /** The number of runs: each one gets a new frame. */
  readonly runs: number;
  readonly light: number;
  readonly greeting: string;
  /** The newest first. */
  readonly reports: readonly Report[];
}

export interface PageActions {
  readonly edit: (program: string) => void;
  readonly run: () => void;
  /** Starts again with the program that the teacher has handed out, or else with the first program. */
  readonly startOver: () => void;
  readonly goBack: () => void;
  /** Called when a frame has loaded, with the program to run in it. */
  readonly load: (frame: HTMLIFrameElement, program: string) => void;
  readonly toFile: (program: string) => string;
  readonly first: typeof firstProgram;
}
