export { goElsewhere } from '../shared/elsewhere.ts';
export { watchPause } from './model/watch-pause.ts';
