import { createHubClient } from '../hub/client/index.ts';
import { showDashboard } from './dashboard.ts';
import { generic } from './kinds/generic.ts';
import { kinds } from './kinds/index.ts';
import { createArchive } from './model/archive.ts';
import { readStorage } from './model/storage.ts';
import { pageVisibility } from './model/visibility.ts';
import { createLanguageChoice } from './page/language.ts';
import { signOut } from './page/sign-out.ts';

showDashboard(document.body, {
  client: createHubClient(),
  kinds,
  unknownKind: generic,
  archive: createArchive((address, how) => fetch(address, how)),
  language: createLanguageChoice(navigator.languages, readStorage()),
  isVisible$: pageVisibility(document),
  signOut,
  leave: () => location.assign('/login'),
  reconnect: () => location.reload(),
});
