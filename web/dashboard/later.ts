export { goElsewhere } from '../shared/elsewhere.ts';
export { watchPause } from '../shared/watch-pause.ts';
