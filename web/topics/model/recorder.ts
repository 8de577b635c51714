import { BehaviorSubject, type Observable, Subscription } from 'rxjs';
import { type Bus, type HubError, toHubError } from '../../../hub/core/index.ts';
import { parseJsonLines, type Recorded, Recording, RecordingFault } from './recording.ts';
import { type ReplaySpeed, replay } from './replay.ts';

/** Why there is no recording, or not all of it was published. */
export type RecordFault =
  | { readonly is: 'file'; readonly line: number }
  | { readonly is: 'refused'; readonly error: HubError };

/** What is being recorded, or was. */
export interface RecordState {
  readonly filter: string;
  readonly isRecording: boolean;
  /** Whether it ended as there was no more room. */
  readonly isFull: boolean;
  readonly count: number;
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
  count: 0,
  messages: [],
  speed: 1,
  replayed: undefined,
  fault: undefined,
};

/** Records what a filter matches, and publishes it once more. `now` is the time of day, milliseconds. */
export function createRecorder(
  bus: Pick<Bus, 'messages' | 'publish'>,
  now: () => number = Date.now,
): Recorder {
  const state$ = new BehaviorSubject(NOTHING);
  const set = (changes: Partial<RecordState>) => state$.next({ ...state$.value, ...changes });
  const refuse = (error: unknown): Partial<RecordState> => ({
    fault: { is: 'refused', error: toHubError(error) },
  });
  let listening = new Subscription();
  let replaying = new Subscription();
  let recording = new Recording();
  const end = ({ isFull }: { readonly isFull: boolean }) => {
    listening.unsubscribe();
    set({ isRecording: false, isFull, messages: recording.messages });
  };
  return {
    state$,
    messages: () => state$.value.messages,
    setFilter: (filter) => set({ filter }),
    start() {
      recording = new Recording();
      set({ isRecording: true, isFull: false, count: 0, messages: [], fault: undefined });
      listening = bus.messages(state$.value.filter).subscribe({
        next(message) {
          if (!recording.add(message, now())) end({ isFull: true });
          else set({ count: recording.messages.length });
        },
        error: (error) => set({ isRecording: false, ...refuse(error) }),
      });
    },
    stop: () => end({ isFull: false }),
    open(text) {
      try {
        const messages = parseJsonLines(text);
        set({ messages, count: messages.length, isFull: false, fault: undefined });
      } catch (error) {
        if (!(error instanceof RecordingFault)) throw error;
        set({ messages: [], count: 0, fault: { is: 'file', line: error.line } });
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
