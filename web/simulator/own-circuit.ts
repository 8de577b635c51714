import type { TemplateResult } from 'lit';
import type { Observable } from 'rxjs';
import type { Bus } from '../../hub/core/index.ts';
import type { HoldPublish } from '../shared/hold-connection.ts';
import type { Bench } from './model/bench.ts';
import type { Scene } from './scene.ts';

/** What a circuit of one's own is drawn from. */
export interface CircuitScene extends Scene {
  /** How wide it may be, in the screen's pixels. */
  readonly width: number;
  /** Told of the element whose width that is, once it is there. */
  readonly watchSize: (element: Element | undefined) => void;
}

/** Draws a circuit of one's own as it is at one moment. */
export type DrawCircuit = (scene: CircuitScene) => TemplateResult;

/** The board that a circuit is wired to. */
export interface WiredBoard {
  /** What stands before its topics: `''`, or `ana/`. */
  readonly prefix: string;
  readonly bench: Bench;
}

export interface EditorOptions {
  /** Whether the circuit is on the page. While it is not, it does nothing to the pins, and keys do nothing to it. */
  readonly isShown$: Observable<boolean>;
  /** Codes of circuits that links lead to. */
  readonly code$: Observable<string>;
  readonly board$: Observable<WiredBoard>;
  readonly bus: Bus;
  readonly hold: HoldPublish;
  readonly hubAway$: Observable<unknown>;
  readonly hubBack$: Observable<unknown>;
  readonly mayPublish$: (topic: string) => Observable<boolean>;
  /** Hears what the hub refuses. */
  readonly refused: (error: unknown) => void;
}

/** Makes the editor: how the circuit is drawn, at once and at every change. */
export type CreateEditor = (options: EditorOptions) => Observable<DrawCircuit>;

/** Loads what the editor needs: who only looks at the bench does without. */
export type LoadEditor = () => Promise<CreateEditor>;
