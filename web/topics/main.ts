import { createHubApi } from '../../hub/client/api/hub-api.ts';
import { createHubClient } from '../../hub/client/create-hub-client.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { isOutdated } from '../shared/is-outdated.ts';
import { keepShell } from '../shared/keep-shell.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { loadAgain } from '../shared/load-again.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { readStorage } from '../shared/storage.ts';
import { createKept } from './model/kept.ts';
import { showTopics } from './topics.ts';

const hub = hubAddress(location);
const client = createHubClient(hub, { silenceMs: SILENCE_MS });
document.body.replaceChildren(); // The header that the HTML comes with.
showTopics(document.body, {
  client,
  api: createHubApi(hub),
  kept: createKept(readStorage()),
  selected: readSelected(location.hash),
  language: createLanguageChoice(navigator.languages, readStorage()),
  signOut,
  isOutdated: () => isOutdated(import.meta.url),
  leave: () => location.assign('login'),
  reconnect: () => location.reload(),
});
void keepShell(navigator);
loadAgain(() => import('../shared/elsewhere.ts')).subscribe(({ goElsewhere }) => goElsewhere(client));

/** The topic behind the `#` of the page's address. */
function readSelected(hash: string): string | undefined {
  try {
    return decodeURIComponent(hash.slice(1)) || undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
