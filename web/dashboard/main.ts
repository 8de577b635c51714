import { createHubClient, type HubClientOptions } from '../../hub/client/index.ts';
import { createHoldPublish } from '../shared/hold-connection.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { isOutdated } from '../shared/is-outdated.ts';
import { keepShell } from '../shared/keep-shell.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { findHubModule } from '../shared/plug-ins/find-module.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { readStorage } from '../shared/storage.ts';
import { showDashboard } from './dashboard.ts';
import { kinds } from './kinds/index.ts';
import { plugInKind } from './kinds/plug-in.ts';
import { createArchive } from './model/archive.ts';
import { createClock } from './model/clock.ts';
import { pageVisibility } from './model/visibility.ts';

const clock = createClock();
const connect = (options?: HubClientOptions) =>
  createHubClient(hubAddress(location), { silenceMs: SILENCE_MS, ...options });

document.body.replaceChildren(); // The header that the HTML comes with.
showDashboard(document.body, {
  client: connect(),
  kinds,
  unknownKind: plugInKind(findHubModule('card', hubAddress(location))),
  archive: createArchive((address, how) => fetch(address, how), clock.now),
  clock,
  language: createLanguageChoice(navigator.languages, readStorage()),
  isVisible$: pageVisibility(document),
  hold: createHoldPublish((will) => connect({ will })),
  signOut,
  isOutdated: () => isOutdated(import.meta.url),
  leave: () => location.assign('login'),
  reconnect: () => location.reload(),
  // Not earlier: it loads what the first view does without.
  settled: () => void keepShell(navigator),
});
