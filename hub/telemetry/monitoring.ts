import type { SchedulerLike } from 'rxjs';
import type { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { HistoryChoice } from '../history/choice.ts';
import type { History } from '../history/history.ts';
import { recordHistory } from '../history/recorder.ts';
import type { Store } from '../session/store.ts';
import { Metrics } from './metrics.ts';
import { type RateRow, Rates } from './rates.ts';
import { createReadings, type HubSources, type Reading } from './readings.ts';
import { SystemTopics } from './system-topics.ts';

export type Phase = 'starting' | 'serving' | 'draining';

/** Whether a hub does all its work. */
export class Readiness {
  phase: Phase = 'starting';
  readonly #storeFailure: () => HubError | undefined;

  /** `storeFailure` returns why nothing can be stored at present; `undefined` if it can. */
  constructor(storeFailure: () => HubError | undefined) {
    this.#storeFailure = storeFailure;
  }

  /** The reason why the hub cannot do all its work; `undefined` if it can. */
  get reason(): string | undefined {
    if (this.phase !== 'serving') return this.phase;
    return this.#storeFailure()?.message;
  }
}

interface MonitoringOptions {
  readonly hub: Hub;
  readonly store: Store;
  readonly scheduler: SchedulerLike;
  /** Records the values of numeric topics. Default: no recording. */
  readonly history?: History | undefined;
  /** The values to record besides the reports of devices. Default: none. */
  readonly choices?: readonly HistoryChoice[] | undefined;
}

/** A hub's reports about itself: readiness, metrics, `$SYS`, and the history of its topics. */
export class Monitoring {
  readonly readiness: Readiness;
  readonly metrics = new Metrics();
  readonly #options: MonitoringOptions;
  readonly #stopRecording: (() => Promise<void>) | undefined;
  /** The hub's reports about itself; empty until the first one. */
  readings: readonly Reading[] = [];
  #rates: Rates | undefined;
  #systemTopics: SystemTopics | undefined;
  #recorded: Promise<void> | undefined;

  constructor(options: MonitoringOptions) {
    const { store, history } = options;
    this.#options = options;
    this.readiness = new Readiness(() => store.failure());
    this.#stopRecording = history && recordHistory({ ...options, history });
  }

  /** Starts to report what these parts count. */
  report(sources: Omit<HubSources, 'readiness' | 'history'>): void {
    const { hub, scheduler, history } = this.#options;
    const readings = createReadings({ ...sources, readiness: this.readiness, history });
    this.readings = readings;
    this.metrics.add(readings);
    this.#rates = new Rates({ scheduler, now: hub.now, readings });
    this.#systemTopics = new SystemTopics({ hub, scheduler, readings });
  }

  /** The traffic of the hub in the last given seconds, in order of time; see `Rates`. */
  rates(seconds: number): readonly RateRow[] {
    return this.#rates?.last(seconds) ?? [];
  }

  /** Ends the recording, so that clients that disconnect because the hub closes are not recorded. */
  stopRecording(): void {
    this.#recorded ??= this.#stopRecording?.();
  }

  /** Stops, and resolves once the history is stored. */
  async close(): Promise<void> {
    this.#systemTopics?.close();
    this.#rates?.close();
    this.metrics.close();
    this.stopRecording();
    await this.#recorded;
  }
}
