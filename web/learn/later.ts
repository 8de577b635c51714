/** What the lessons load after their first view. */
export { goElsewhere } from '../shared/elsewhere.ts';
export { watchPause } from '../shared/watch-pause.ts';
