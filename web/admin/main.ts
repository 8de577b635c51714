import { createHubApi } from '../../hub/client/api/hub-api.ts';
import { createHubClient } from '../../hub/client/create-hub-client.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { isOutdated } from '../shared/is-outdated.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { loadAgain } from '../shared/load-again.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { readStorage } from '../shared/storage.ts';
import { showAdmin } from './admin.ts';

const hub = hubAddress(location);
const client = createHubClient(hub, { silenceMs: SILENCE_MS });
document.body.replaceChildren(); // The header that the HTML comes with.
showAdmin(document.body, {
  client,
  hub: createHubApi(hub),
  language: createLanguageChoice(navigator.languages, readStorage()),
  signOut,
  isOutdated: () => isOutdated(import.meta.url),
  leave: () => location.assign('login'),
  reconnect: () => location.reload(),
});
loadAgain(() => import('../shared/elsewhere.ts')).subscribe(({ goElsewhere }) => goElsewhere(client));
