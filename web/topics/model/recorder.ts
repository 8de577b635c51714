import { BehaviorSubject, type Observable, Subscription } from 'rxjs';
import type { HubApi } from '../../../hub/client/api/hub-api.ts';
import { type Bus, type HubError, toHubError } from '../../../hub/core/index.ts';
import { parseJsonLines, type Recorded, Recording, RecordingFault } from './recording.ts';
import { type ReplaySpeed, replay } from './replay.ts';

/** Why there is no recording, or not all of it was published. */
export type RecordFault =
  | { readonly is: 'file'; readonly line: number }
  | { readonly is: 'refused'; readonly error: HubError };

/** The current recording, or the last one. */
export interface RecordState {
  readonly filter: string;
  readonly isRecording: boolean;
  /** Whether it ended for lack of room. */
  readonly isFull: boolean;
  /** Whether messages are missing, since the hub could not be reached or the page was too slow. */
  readonly hasGaps: boolean;
  /** `undefined` until the hub has begun to send. */
  readonly count: number | undefined;
  /** All of it, once it is over. */
  readonly messages: readonly Recorded[];
  readonly speed: ReplaySpeed;
  /** How many messages were published again; `undefined` while none are. */
  readonly replayed: number | undefined;
  readonly fault: RecordFault | undefined;
}

export interface Recorder {
  readonly state$: Observable<RecordState>;
  readonly messages: () => readonly Recorded[];
  setFilter(filter: string): void;
  start(): void;
  stop(): void;
  open(text: string): void;
  setSpeed(speed: ReplaySpeed): void;
  replay(): void;
  stopReplay(): void;
}

const NOTHING: RecordState = {
  filter: '#',
  isRecording: false,
  isFull: false,
  hasGaps: false,
  count: undefined,
  messages: [],
  speed: 1,
  replayed: undefined,
  fault: undefined,
};

/** The needs of the recorder: messages as they come, and a way to publish them once more. */
export interface RecorderParts {
  readonly api: Pick<HubApi, 'events'>;
  readonly bus: Pick<Bus, 'publish'>;
  /** The time of day, milliseconds. */
  readonly now?: () => number;
}

/** Records what a filter matches, and publishes it once more. */
export function createRecorder({ api, bus, now = Date.now }: RecorderParts): Recorder {
  const state$ = new BehaviorSubject(NOTHING);
  const set = (changes: Partial<RecordState>) => state$.next({ ...state$.value, ...changes });
  const refuse = (error: unknown): Partial<RecordState> => ({
    fault: { is: 'refused', error: toHubError(error) },
  });
  let recording = new Recording();
  let listening = new AbortController();
  let replaying = new Subscription();
  const end = (changes: Partial<RecordState> = {}) => {
    listening.abort();
    const { messages } = recording;
    set({ isRecording: false, messages, count: messages.length, ...changes });
  };
  /** Takes in messages until it is ended. */
  const record = async ({ signal }: AbortController) => {
    const tell = (changes: Partial<RecordState>) => {
      if (!signal.aborted) set(changes);
    };
    const events = api.events(state$.value.filter, {
      signal,
      onSubscribed: () => tell({ count: recording.messages.length }),
      onMissed: () => tell({ hasGaps: true }),
    });
    for await (const event of events) {
      if (signal.aborted) return;
      if (recording.add(event, now())) set({ count: recording.messages.length });
      else end({ isFull: true });
    }
  };
  return {
    state$,
    messages: () => state$.value.messages,
    setFilter: (filter) => set({ filter }),
    start() {
      const { filter, speed } = state$.value;
      recording = new Recording();
      listening = new AbortController();
      set({ ...NOTHING, filter, speed, isRecording: true });
      record(listening).catch((error: unknown) => end(refuse(error)));
    },
    stop: () => end(),
    open(text) {
      const { filter, speed } = state$.value;
      try {
        const messages = parseJsonLines(text);
        set({ ...NOTHING, filter, speed, messages, count: messages.length });
      } catch (error) {
        if (!(error instanceof RecordingFault)) throw error;
        set({ ...NOTHING, filter, speed, fault: { is: 'file', line: error.line } });
      }
    },
    setSpeed: (speed) => set({ speed }),
    replay() {
      const { messages, speed } = state$.value;
      set({ replayed: 0, fault: undefined });
      const publish: Bus['publish'] = (...args) => bus.publish(...args);
      replaying = replay(messages, publish, { speed }).subscribe({
        next: (replayed) => set({ replayed }),
        error: (error) => set({ replayed: undefined, ...refuse(error) }),
        complete: () => set({ replayed: undefined }),
      });
    },
    stopReplay() {
      replaying.unsubscribe();
      set({ replayed: undefined });
    },
  };
}
