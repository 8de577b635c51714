import { BehaviorSubject, type Observable } from 'rxjs';
import { type Bus, type HubError, type InspectedMessage, toHubError } from '../../../hub/core/index.ts';
import { type Draft, EMPTY_DRAFT, layOut, publicationOf } from './draft.ts';
import type { Kept } from './kept.ts';
import { readJson } from './payload-forms.ts';

export type Outcome =
  | { readonly is: 'sent'; readonly topic: string }
  | { readonly is: 'refused'; readonly error: HubError };

/** Messages that are being written. */
export interface Publishing {
  readonly draft$: Observable<Draft>;
  readonly saved$: Observable<readonly Draft[]>;
  readonly outcome$: Observable<Outcome | undefined>;
  change(changes: Partial<Draft>): void;
  /** Begins a message to a topic, unless one is being written. */
  begin(topic: string): void;
  layOut(): void;
  publish(): void;
  save(): void;
  forget(saved: Draft): void;
  /** Begins with a message that was seen. */
  edit(message: InspectedMessage): void;
}

/** The most messages that are saved; the oldest goes first. */
const MOST_SAVED = 50;

export function createPublishing(bus: Pick<Bus, 'publish'>, kept: Kept): Publishing {
  const draft$ = new BehaviorSubject<Draft>(EMPTY_DRAFT);
  const saved$ = new BehaviorSubject(kept.saved);
  const outcome$ = new BehaviorSubject<Outcome | undefined>(undefined);
  const change = (changes: Partial<Draft>) => {
    outcome$.next(undefined);
    draft$.next({ ...draft$.value, ...changes });
  };
  const keep = (saved: readonly Draft[]) => {
    saved$.next(saved);
    kept.keepSaved(saved);
  };
  return {
    draft$,
    saved$,
    outcome$,
    change,
    begin(topic) {
      if (draft$.value.payload === '') change({ topic });
    },
    layOut: () => change({ payload: layOut(draft$.value.payload) }),
    publish() {
      const { topic, payload, options } = publicationOf(draft$.value);
      bus.publish(topic, payload, options).then(
        () => outcome$.next({ is: 'sent', topic }),
        (error: unknown) => outcome$.next({ is: 'refused', error: toHubError(error) }),
      );
    },
    save: () => keep([draft$.value, ...saved$.value].slice(0, MOST_SAVED)),
    forget: (saved) => keep(saved$.value.filter((one) => one !== saved)),
    edit: (message) => change(draftOf(message)),
  };
}

function draftOf(message: InspectedMessage): Draft {
  const { topic, payload, base64 = '', qos, retain } = message;
  const json = readJson(payload);
  return {
    ...EMPTY_DRAFT,
    topic,
    qos,
    retain,
    form: payload === null ? 'base64' : json ? 'json' : 'text',
    payload: json ? JSON.stringify(json.value, undefined, 2) : (payload ?? base64),
    contentType: message.contentType ?? '',
    responseTopic: message.responseTopic ?? '',
    userProperties: (message.userProperties ?? []).map(([name, value]) => `${name}: ${value}`).join('\n'),
  };
}
