import { BehaviorSubject, type Observable, type Subscription } from 'rxjs';
import type { InspectedMessage, InspectionFrame } from '../../../hub/core/index.ts';
import type { HubTopics } from './hub-topics.ts';
import { addPlot, isSamePlot, type Plot, plotHistory, plotMessages } from './plots.ts';

/** The model of the chart. */
export interface Charting {
  readonly plots$: Observable<readonly Plot[]>;
  add(plot: Pick<Plot, 'topic' | 'path'>, known: readonly InspectedMessage[]): void;
  remove(plot: Plot): void;
  /** Adds new messages to the plots. */
  follow(frames$: Observable<InspectionFrame>): Subscription;
}

export function createCharting(hubTopics: Pick<HubTopics, 'history'>): Charting {
  const plots$ = new BehaviorSubject<readonly Plot[]>([]);
  const recall = async (added: Pick<Plot, 'topic' | 'path'>) => {
    const rows = await hubTopics.history(added.topic, added.path.join('.'));
    plots$.next(plots$.value.map((plot) => (isSamePlot(plot, added) ? plotHistory(plot, rows) : plot)));
  };
  return {
    plots$,
    add(plot, known) {
      plots$.next(addPlot(plots$.value, plot, known));
      recall(plot).catch((error: unknown) => console.warn('the past of a value is missing', error));
    },
    remove: (plot) => plots$.next(plots$.value.filter((one) => !isSamePlot(one, plot))),
    follow: (frames$) => frames$.subscribe(({ seen }) => plots$.next(plotMessages(plots$.value, seen))),
  };
}
