import { BehaviorSubject, map, Subscription } from 'rxjs';
import { type Lesson, type OpenLesson, type Stage, Steps } from '../lesson.ts';
import { bridge, type Report } from '../model/bridge.ts';
import { keepDraft } from '../model/draft.ts';
import {
  firstProgram,
  lineOfFaultyMap,
  lineOfScript,
  programForFile,
  programForFrame,
} from '../model/program.ts';
import type { PageActions, PageState } from '../states/page.ts';
import { pageLessonView } from '../view/page-lesson.ts';

const RUNS = 0;
const GREETS = 1;
const MOST_REPORTS = 5;

export const page: Lesson = { id: 'page', open };

function open({ client, base }: Stage): OpenLesson {
  const lamp = `${base}/lamp/light`;
  const hello = `${base}/hello`;
  const steps = new Steps(2);
  const life = new Subscription();
  const draft = keepDraft(client, base);
  life.add(() => draft.close());
  const nothing = { text: undefined, before: [], given: undefined };
  const state$ = new BehaviorSubject<PageState>({
    ...{ base, lamp, hello, kept: `${base}/program`, draft: nothing },
    ...{ runs: 0, light: 0, greeting: '', reports: [] },
  });
  const change = (part: Partial<PageState>) => state$.next({ ...state$.value, ...part });
  const judge = (topic: string, payload: string) => {
    if (topic === lamp) steps.reach(RUNS);
    if (topic === hello && payload.trim() !== '') steps.reach(GREETS);
  };
  const ignored = { error: () => undefined }; // The page reports problems of its own connection.
  life.add(
    client
      .messages(lamp)
      .subscribe({ ...ignored, next: ({ text = '' }) => change({ light: readPercent(text) }) }),
  );
  life.add(
    client.messages(hello).subscribe({ ...ignored, next: ({ text = '' }) => change({ greeting: text }) }),
  );
  life.add(draft.draft$.subscribe((now) => change({ draft: now })));
  let running = new Subscription();
  life.add(() => running.unsubscribe());
  const load = (frame: HTMLIFrameElement, program: string) => {
    running.unsubscribe();
    const report = (one: Report) =>
      change({ reports: [one, ...state$.value.reports].slice(0, MOST_REPORTS) });
    const line = lineOfFaultyMap(program);
    if (line !== undefined) report({ is: 'map', line });
    const { port1, port2 } = new MessageChannel();
    running = bridge(port1, {
      bus: client,
      base,
      onPublished: judge,
      onReport: (one) => report(inEditor(one, program)),
    });
    // The frame has an opaque origin, so none can be given.
    frame.contentWindow?.postMessage(programForFrame(program), '*', [port2]);
  };
  const actions: PageActions = {
    edit: draft.edit,
    run() {
      draft.save();
      change({ runs: state$.value.runs + 1, reports: [] });
    },
    startOver() {
      draft.startOver();
      change({ reports: [] });
    },
    goBack() {
      draft.goBack();
      change({ reports: [] });
    },
    load,
    toFile: programForFile,
    first: firstProgram,
  };
  return {
    steps$: steps.steps$,
    view$: state$.pipe(map((state) => pageLessonView(state, actions))),
    close: () => life.unsubscribe(),
  };
}

function readPercent(text: string): number {
  const percent = Number(text);
  return percent >= 0 && percent <= 100 ? percent : 0;
}

/** The same with the line as the editor counts it. */
function inEditor(report: Report, program: string): Report {
  if (report.is !== 'error' || report.line === undefined) return report;
  return { ...report, line: lineOfScript(program, report.line) };
}
