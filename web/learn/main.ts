import { switchMap } from 'rxjs';
import { createHubClient } from '../../hub/client/create-hub-client.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { isOutdated } from '../shared/is-outdated.ts';
import { keepShell } from '../shared/keep-shell.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { loadAgain } from '../shared/load-again.ts';
import { shareLatest } from '../shared/share-latest.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { readStorage } from '../shared/storage.ts';
import { showLearn } from './learn.ts';
import { isLessonId } from './lessons/index.ts';
import { createLearnerName } from './model/learner.ts';

const address = hubAddress(location);
const client = createHubClient(address, { silenceMs: SILENCE_MS });
const named = location.hash.slice(1);
const later$ = loadAgain(() => import('./later.ts')).pipe(shareLatest());
document.body.replaceChildren(); // Remove the static header of the HTML.
showLearn(document.body, {
  client,
  address,
  join: (options) => createHubClient(address, options),
  name: createLearnerName(readStorage(), crypto),
  first: isLessonId(named) ? named : undefined,
  nameLesson: (id) => history.replaceState(null, '', `#${id}`),
  language: createLanguageChoice(navigator.languages, readStorage()),
  signOut,
  isOutdated: () => isOutdated(import.meta.url),
  leave: () => location.assign('login'),
  watchPause: (identity$) => later$.pipe(switchMap(({ watchPause }) => watchPause(identity$))),
  reconnect: () => location.reload(),
});
// An address with another lesson, typed over this one.
addEventListener('hashchange', () => isLessonId(location.hash.slice(1)) && location.reload());
void keepShell(navigator);
later$.subscribe(({ goElsewhere }) => goElsewhere(client));
