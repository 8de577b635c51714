import { render } from 'lit';
import { BehaviorSubject, combineLatest, type Subscription } from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { isWatchOnly, mayPublish } from '../../hub/client/identity.ts';
import { toHubError } from '../../hub/core/index.ts';
import type { Language } from '../languages/index.ts';
import { eachFrame } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { createSession, type SessionOptions } from '../shared/session.ts';
import { meaningOf } from '../shared/words.ts';
import { createCharting } from './model/charting.ts';
import type { HubTopics } from './model/hub-topics.ts';
import { createInspecting } from './model/inspecting.ts';
import type { Kept } from './model/kept.ts';
import { sift, toggle } from './model/look.ts';
import { createPublishing, type Outcome } from './model/publishing.ts';
import { createRecorder } from './model/recorder.ts';
import { toCsv, toJsonLines } from './model/recording.ts';
import { pageView } from './page.ts';
import type { Question } from './view/question.ts';
import { saveFile } from './view/save-file.ts';
import { createTreeActions } from './view/tree-actions.ts';
import type { ValueForm } from './view/value.ts';
import { type Words, words } from './words.ts';

export interface TopicsParts extends SessionOptions {
  readonly client: HubClient;
  readonly hubTopics: HubTopics;
  readonly kept: Kept;
  /** The topic to begin with. */
  readonly selected: string | undefined;
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
}

/** A row's height, pixels: for a finger, or for a mouse. */
const ROW_PX = { coarse: 44, fine: 28 } as const;

/** What of the page is neither asked of the hub nor kept. */
interface Choices {
  readonly activeIndex: number | undefined;
  /** Which message of the topic is shown, from the last. */
  readonly chosen: number;
  readonly form: ValueForm;
  readonly question: Question | undefined;
  readonly message: string;
}

const FIRST_CHOICES: Choices = {
  activeIndex: undefined,
  chosen: 0,
  form: 'auto',
  question: undefined,
  message: '',
};

/** Shows the inspector in an element, until it is unsubscribed. It draws at most once a frame, and never while hidden. */
export function showTopics(root: HTMLElement, parts: TopicsParts): Subscription {
  const { client, hubTopics, kept, language, reconnect } = parts;
  const session = createSession(client, parts);
  const choices$ = new BehaviorSubject(FIRST_CHOICES);
  const choose = (changes: Partial<Choices>) => choices$.next({ ...choices$.value, ...changes });
  const rowPx = matchMedia('(pointer: coarse)').matches ? ROW_PX.coarse : ROW_PX.fine;
  const inspecting = createInspecting({
    client,
    kept,
    selected: parts.selected,
    beforeShown: (before, after) => tree.keepStill(before, after),
  });
  const publishing = createPublishing(client, kept);
  const charting = createCharting(hubTopics);
  const recorder = createRecorder(client);
  let current: Words = words.en;

  const select = (topic: string) => {
    inspecting.change((look) => ({ ...look, selected: topic }));
    choose({ chosen: 0, message: '' });
    publishing.change({ topic });
    history.replaceState(undefined, '', `#${encodeURIComponent(topic)}`);
  };
  const tree = createTreeActions({
    rowPx,
    shown: inspecting.shown,
    activeIndex: () => choices$.value.activeIndex,
    setActive: (activeIndex) => choose({ activeIndex }),
    select,
    toggle: (row) => inspecting.change((look) => toggle(look, row)),
    hold: (isHeld) => inspecting.change((look) => ({ ...look, isHeld })),
    see: (from, count) => inspecting.change((look) => ({ ...look, from, count })),
  });
  const tellFault = (error: unknown) => {
    const { code, message } = toHubError(error);
    choose({ message: meaningOf(current, code) ?? message });
  };
  const clear = async (filter: string) => {
    const count = await hubTopics.count(filter);
    if (count === 0) return choose({ message: current.say.nothingToClear });
    const act = () =>
      hubTopics
        .clear(filter)
        .then(({ cleared, refused }) =>
          choose({ message: current.say.cleared(String(cleared), String(refused)) }),
        )
        .catch(tellFault);
    const text = current.say.clearQuestion(current.number(count), filter);
    return choose({ question: { text, yes: current.say.clearYes, act: () => void act() } });
  };
  const save = (name: string, format: 'jsonl' | 'csv', messages: readonly object[]) => {
    const text = format === 'csv' ? toCsv(messages) : toJsonLines(messages);
    saveFile(`${name.replace(/[^\w.-]+/g, '-')}.${format}`, text);
  };
  const askReplay = () => {
    const messages = recorder.messages();
    const topics = new Set(messages.map(({ topic }) => topic)).size;
    const text = current.say.replayQuestion(current.number(messages.length), current.number(topics));
    choose({ question: { text, yes: current.say.replay, act: () => recorder.replay() } });
  };

  const steady = {
    reconnect,
    rowPx,
    tree,
    signOut: session.signOut,
    chooseLanguage: (chosen: Language) => language.choose(chosen),
    dismiss: () => choose({ question: undefined }),
    plots$: charting.plots$,
    removePlot: charting.remove,
    bar: {
      typeFilter: inspecting.typeFilter,
      typeText: (text: string) => inspecting.change((look) => sift(look, { text })),
      pause: () => inspecting.change((look) => ({ ...look, isPaused: !look.isPaused })),
      clearMatching: () => void clear(inspecting.look().filter).catch(tellFault),
    },
    actions: {
      pin: inspecting.pin,
      chooseForm: (form: ValueForm) => choose({ form }),
      showMessage: (chosen: number | undefined) => choose({ chosen: chosen ?? 0 }),
      plot: (topic: string) => (path: readonly string[]) => {
        inspecting.change((look) => ({ ...look, plotted: [...new Set([...look.plotted, topic])] }));
        charting.add({ topic, path }, inspecting.shown()?.logs.get(topic) ?? []);
      },
      edit: publishing.edit,
      clear: (filter: string) => void clear(filter).catch(tellFault),
      exportAll: (filter: string, format: 'jsonl' | 'csv') =>
        void hubTopics
          .list(filter)
          .then((entries) => save(filter, format, entries))
          .catch(tellFault),
      copy: (text: string) => void navigator.clipboard?.writeText(text).catch(tellFault),
    },
    publishing: { ...publishing, load: publishing.change },
    recording: {
      ...recorder,
      open: (file: File) => void file.text().then(recorder.open).catch(tellFault),
      save: (format: 'jsonl' | 'csv') => save('recording', format, recorder.messages()),
      replay: askReplay,
    },
  };
  const state$ = combineLatest({
    look: inspecting.look$,
    typedFilter: inspecting.typedFilter$,
    shown: inspecting.shown$,
    fault: inspecting.fault$,
    choices: choices$,
    draft: publishing.draft$,
    saved: publishing.saved$,
    outcome: publishing.outcome$,
    plots: charting.plots$,
    record: recorder.state$,
    language: language.language$,
    connection: client.connection$,
    trouble: session.trouble$,
    identity: session.identity$,
    isOutdated: session.isOutdated$,
    hasStayed: session.hasStayed$,
  });
  const drawing = eachFrame(state$).subscribe(({ language: code, choices, outcome, ...state }) => {
    current = words[code];
    const { look, shown, draft, identity } = state;
    const { selected } = look;
    render(
      pageView({
        ...steady,
        ...state,
        ...choices,
        words: current,
        selected,
        log: (selected !== undefined && shown?.logs.get(selected)) || [],
        isPinned: selected !== undefined && look.pins.includes(selected),
        mayChange: selected !== undefined && mayPublish(identity, selected),
        mayPublish: draft.topic === '' ? !isWatchOnly(identity) : mayPublish(identity, draft.topic),
        outcome: outcomeText(current, outcome),
      }),
      root,
    );
  });
  drawing.add(charting.follow(inspecting.frames$));
  drawing.add(language.language$.subscribe(nameDocument));
  return drawing;
}

function outcomeText(current: Words, outcome: Outcome | undefined): string {
  if (!outcome) return '';
  if (outcome.is === 'sent') return current.say.sent(outcome.topic);
  return meaningOf(current, outcome.error.code) ?? outcome.error.message;
}

function nameDocument(language: Language): void {
  document.documentElement.lang = language;
  document.title = words[language].say.title;
}
