import { toHubError } from '../../hub/core/index.ts';
import { saveFile } from '../shared/save-file.ts';
import { meaningOf } from '../shared/words.ts';
import type { ChoiceStore } from './choices.ts';
import type { Charting } from './model/charting.ts';
import type { HubTopics } from './model/hub-topics.ts';
import type { Inspecting } from './model/inspecting.ts';
import { sift, toggle } from './model/look.ts';
import type { Publishing } from './model/publishing.ts';
import type { Recorder } from './model/recorder.ts';
import { toCsv, toJsonLines } from './model/recording.ts';
import { shortTopic } from './model/short-topic.ts';
import type { BarActions } from './page.ts';
import type { RecordActions } from './view/record.ts';
import type { TopicActions } from './view/topic.ts';
import type { TreeActions, TreeHost } from './view/tree-actions.ts';
import type { Words } from './words.ts';

/** All that actions work on. */
export interface Models {
  readonly inspecting: Inspecting;
  readonly publishing: Publishing;
  readonly charting: Charting;
  readonly recorder: Recorder;
  readonly hubTopics: HubTopics;
  readonly store: ChoiceStore;
  /** The words of the current language. */
  readonly words: () => Words;
}

/** The actions of the tree's rows. */
export function treeHost({ inspecting, publishing, store }: Models, rowPx: number): TreeHost {
  return {
    rowPx,
    shown: inspecting.shown,
    activeIndex: () => store.choices().activeIndex,
    setActive: (activeIndex) => store.choose({ activeIndex }),
    select(topic) {
      inspecting.change((look) => ({ ...look, selected: topic }));
      store.choose({ chosen: undefined, message: '' });
      publishing.begin(topic);
      history.replaceState(undefined, '', `#${encodeURIComponent(topic)}`);
    },
    toggle: (row) => inspecting.change((look) => toggle(look, row)),
    hold: (isHeld) => inspecting.change((look) => ({ ...look, isHeld })),
    see: (from, count) => inspecting.change((look) => ({ ...look, from, count })),
  };
}

/** The bars above and below the tree. */
export function barActions(models: Models, { toTop }: Pick<TreeActions, 'toTop'>): BarActions {
  const { inspecting } = models;
  return {
    typeFilter(text) {
      inspecting.typeFilter(text);
      toTop();
    },
    typeText(text) {
      inspecting.change((look) => sift(look, { text }));
      toTop();
    },
    pause: () => inspecting.change((look) => ({ ...look, isPaused: !look.isPaused })),
    clearMatching: () => askToClear(models, inspecting.look().filter),
  };
}

/** The actions on a topic. */
export function topicActions(models: Models): TopicActions {
  const { inspecting, publishing, charting, hubTopics, store } = models;
  const tellFault = faultTeller(models);
  return {
    pin: inspecting.pin,
    chooseForm: (form) => store.choose({ form }),
    showMessage: (chosen) => store.choose({ chosen }),
    compare: (compared) => store.choose({ compared }),
    plot: (topic) => (path) => {
      inspecting.change((look) => ({ ...look, plotted: [...new Set([...look.plotted, topic])] }));
      charting.add({ topic, path }, inspecting.shown()?.logs.get(topic) ?? []);
    },
    edit: publishing.edit,
    clear: (filter) => askToClear(models, filter),
    exportAll(filter, format) {
      const saveAll = (entries: readonly object[]) => save(filter, format, entries);
      void hubTopics.list(filter).then(saveAll).catch(tellFault);
    },
    copy: (text) => void navigator.clipboard?.writeText(text).catch(tellFault),
  };
}

/** The actions on a recording; to publish it again, the page first asks for confirmation. */
export function recordActions(models: Models): RecordActions {
  const { recorder, store, words } = models;
  return {
    ...recorder,
    open: (file) => void file.text().then(recorder.open).catch(faultTeller(models)),
    save: (format) => save('recording', format, recorder.messages()),
    replay() {
      const { say, number } = words();
      const messages = recorder.messages();
      const topics = new Set(messages.map(({ topic }) => topic)).size;
      const text = say.replayQuestion(number(messages.length), number(topics));
      store.choose({ question: { text, yes: say.replay, act: () => recorder.replay() } });
    },
  };
}

/** Clears the messages that a filter matches, after it has asked for confirmation with their number. */
function askToClear(models: Models, filter: string): void {
  const { hubTopics, store, words } = models;
  const tellFault = faultTeller(models);
  const clear = async () => {
    const { cleared, refused } = await hubTopics.clear(filter);
    store.choose({ message: words().say.cleared(String(cleared), String(refused)) });
  };
  const ask = async () => {
    const count = await hubTopics.count(filter);
    const { say, number } = words();
    const text = say.clearQuestion(number(count), shortTopic(filter));
    if (count === 0) store.choose({ message: say.nothingToClear });
    else store.choose({ question: { text, yes: say.clearYes, act: () => void clear().catch(tellFault) } });
  };
  void ask().catch(tellFault);
}

function faultTeller({ store, words }: Models): (error: unknown) => void {
  return (error) => {
    const { code, message } = toHubError(error);
    store.choose({ message: meaningOf(words(), code) ?? message });
  };
}

function save(name: string, format: 'jsonl' | 'csv', messages: readonly object[]): void {
  const text = format === 'csv' ? toCsv(messages) : toJsonLines(messages);
  saveFile(`${name.replace(/[^\w.-]+/g, '-')}.${format}`, text);
}
