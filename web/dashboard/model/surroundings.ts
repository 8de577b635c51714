import type { Observable } from 'rxjs';
import type { Archive } from './archive.ts';
import type { Clock } from './clock.ts';

/** The context that all cards of a page share. */
export interface Surroundings {
  /** The past values that the hub keeps. */
  readonly archive: Archive;
  /** The clock of the charts, and of the archive's times. */
  readonly clock: Clock;
  /** Whether the hub is online, at once and at every change. */
  readonly isOnline$: Observable<boolean>;
  /** Whether cards are drawn whole, at once and then for good. A lone card draws its control first, so that it can be used sooner. */
  readonly isWhole$: Observable<boolean>;
  /** Whether somebody can see the page, at once and at every change. */
  readonly isVisible$: Observable<boolean>;
}
