import { createHubApi } from '../../hub/client/api/hub-api.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { readStorage } from '../shared/storage.ts';
import { showApi } from './api-page.ts';

document.body.replaceChildren(); // The header that the HTML comes with.
showApi(document.body, {
  hub: createHubApi(hubAddress(location)),
  language: createLanguageChoice(navigator.languages, readStorage()),
});
