import { createHubClient } from '../hub/client/index.ts';
import { showDashboard } from './dashboard.ts';
import { generic } from './kinds/generic.ts';
import { kinds } from './kinds/index.ts';
import { readStorage } from './model/storage.ts';
import { pageVisibility } from './model/visibility.ts';
import { createLanguageChoice } from './page/language.ts';

showDashboard(document.body, {
  client: createHubClient(),
  kinds,
  unknownKind: generic,
  language: createLanguageChoice(navigator.languages, readStorage()),
  isVisible$: pageVisibility(document),
  reconnect: () => location.reload(),
});
