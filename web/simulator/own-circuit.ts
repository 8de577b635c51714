import type { TemplateResult } from 'lit';
import type { Observable } from 'rxjs';
import type { Identity } from '../../hub/client/identity.ts';
import type { Bus } from '../../hub/core/index.ts';
import type { HoldPublish } from '../shared/hold-connection.ts';
import type { Bench } from './model/bench.ts';
import type { Scene } from './scene.ts';

/** The scene from which the user's own circuit is drawn. */
export interface CircuitScene extends Scene {
  /** The available width, in screen pixels. */
  readonly width: number;
  /** Called with the element of that width once it exists. */
  readonly watchSize: (element: Element | undefined) => void;
}

/** Draws the current state of the user's own circuit. */
export type DrawCircuit = (scene: CircuitScene) => TemplateResult;

/** The board that a circuit is wired to. */
export interface WiredBoard {
  /** The prefix of its topics: `''`, or `ana/`. */
  readonly prefix: string;
  readonly bench: Bench;
}

export interface EditorOptions {
  /** Whether the circuit is visible. While it is not, it does not drive the pins or react to keys. */
  readonly isShown$: Observable<boolean>;
  /** The circuit codes from links. */
  readonly code$: Observable<string>;
  readonly board$: Observable<WiredBoard>;
  readonly bus: Bus;
  readonly hold: HoldPublish;
  readonly hubAway$: Observable<unknown>;
  readonly hubBack$: Observable<unknown>;
  /** The user's permissions; `undefined` until the hub has told them. */
  readonly identity$: Observable<Identity | undefined>;
  readonly mayPublish$: (topic: string) => Observable<boolean>;
  /** Called with the hub's refusals. */
  readonly refused: (error: unknown) => void;
}

/** Creates the editor. Emits the function that draws the circuit, at once and at every change. */
export type CreateEditor = (options: EditorOptions) => Observable<DrawCircuit>;

/** Loads the editor's code, which a page that only shows the bench does not need. */
export type LoadEditor = () => Promise<CreateEditor>;
