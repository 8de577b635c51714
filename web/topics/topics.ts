import { combineLatest, type Observable, type Subscription } from 'rxjs';
import type { HubApi } from '../../hub/client/api/hub-api.ts';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { isWatchOnly, mayPublish } from '../../hub/client/identity.ts';
import type { Language } from '../languages/index.ts';
import { drawNewest } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { createScreen, renderOn } from '../shared/screen.ts';
import { createSession, type Session, type SessionOptions } from '../shared/session.ts';
import { meaningOf } from '../shared/words.ts';
import { barActions, type Models, recordActions, topicActions, treeHost } from './actions.ts';
import { createChoices } from './choices.ts';
import { createCharting } from './model/charting.ts';
import { createHubTopics } from './model/hub-topics.ts';
import { createInspecting } from './model/inspecting.ts';
import type { Kept } from './model/kept.ts';
import { createPublishing, type Outcome } from './model/publishing.ts';
import { createRecorder } from './model/recorder.ts';
import { shortTopic } from './model/short-topic.ts';
import { type PageState, pageView } from './page.ts';
import { createTreeActions } from './view/tree-actions.ts';
import { type Words, words } from './words.ts';

export interface TopicsParts extends SessionOptions {
  readonly client: HubClient;
  readonly api: HubApi;
  readonly kept: Kept;
  /** The topic to begin with. */
  readonly selected: string | undefined;
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
}

/** A row's height, pixels: for a finger, or for a mouse. */
const ROW_PX = { coarse: 44, fine: 28 } as const;

/** Shows the inspector in an element, until it is unsubscribed. It draws at most once a frame, and never while hidden. */
export function showTopics(root: HTMLElement, parts: TopicsParts): Subscription {
  const { client, api, kept, selected, language } = parts;
  const hubTopics = createHubTopics(api);
  let current: Words = words.en;
  const session = createSession(client, parts);
  const models: Models = {
    inspecting: createInspecting({
      client,
      kept,
      selected,
      beforeShown: (before, after) => steady.tree.keepStill(before, after),
    }),
    publishing: createPublishing(client, kept),
    charting: createCharting(hubTopics),
    recorder: createRecorder({ api, bus: client }),
    hubTopics,
    store: createChoices(),
    words: () => current,
  };
  if (selected !== undefined) models.publishing.begin(selected);
  const steady = steadyParts(models, session, parts);
  const screen = createScreen();
  const drawing = drawNewest(screen, watchState(models, session, parts), (state) => {
    current = words[state.language];
    renderOn(screen, pageView({ ...steady, ...stateOf(state, current) }), root);
  });
  drawing.add(models.charting.follow(models.inspecting.frames$));
  drawing.add(language.language$.subscribe(nameDocument));
  return drawing;
}

/** The parts that stay the same as long as the page exists. */
function steadyParts(models: Models, session: Session, { language, reconnect }: TopicsParts) {
  const { publishing, charting, store } = models;
  const rowPx = matchMedia('(pointer: coarse)').matches ? ROW_PX.coarse : ROW_PX.fine;
  const tree = createTreeActions(treeHost(models, rowPx));
  return {
    rowPx,
    reconnect,
    tree,
    signOut: session.signOut,
    chooseLanguage: (chosen: Language) => language.choose(chosen),
    dismiss: () => store.choose({ question: undefined }),
    forgetMessage: () => store.choose({ message: '' }),
    plots$: charting.plots$,
    removePlot: charting.remove,
    bar: barActions(models, tree),
    actions: topicActions(models),
    publishing: { ...publishing, load: publishing.change },
    recording: recordActions(models),
  };
}

type State = ReturnType<typeof watchState> extends Observable<infer T> ? T : never;

/** All that changes. */
function watchState(models: Models, session: Session, { client, language }: TopicsParts) {
  const { inspecting, publishing, charting, recorder, store } = models;
  return combineLatest({
    look: inspecting.look$,
    typedFilter: inspecting.typedFilter$,
    shown: inspecting.shown$,
    fault: inspecting.fault$,
    choices: store.choices$,
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
}

/** The state of the page from all that. */
function stateOf(
  { choices, outcome, ...state }: State,
  current: Words,
): Omit<PageState, keyof ReturnType<typeof steadyParts>> {
  const { look, shown, draft, identity } = state;
  const { selected, pins } = look;
  return {
    ...state,
    ...choices,
    words: current,
    selected,
    log: (selected !== undefined && shown?.logs.get(selected)) || [],
    isPinned: selected !== undefined && pins.includes(selected),
    mayChange: selected !== undefined && mayPublish(identity, selected),
    mayPublish: draft.topic === '' ? !isWatchOnly(identity) : mayPublish(identity, draft.topic),
    outcome: outcomeText(current, outcome),
  };
}

function outcomeText(current: Words, outcome: Outcome | undefined): string {
  if (!outcome) return '';
  if (outcome.is === 'sent') return current.say.sent(shortTopic(outcome.topic));
  return meaningOf(current, outcome.error.code) ?? outcome.error.message;
}

function nameDocument(language: Language): void {
  document.documentElement.lang = language;
  document.title = words[language].say.title;
}
