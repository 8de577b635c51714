import { createLanguageChoice } from '../shared/language.ts';
import { readStorage } from '../shared/storage.ts';
import { showLogin } from './login-page.ts';
import { nextPage } from './next-page.ts';
import { isSignedIn, type Refusal, signIn } from './sign-in.ts';

const goOn = () => location.replace(nextPage(location));

/** The explanations for a link that did not let the browser in. */
const REASONS = new Map<string | null, Refusal>([
  ['token', { why: 'wrongLink' }],
  ['limit', { why: 'tooMany' }],
]);

// A browser that follows a link from another site holds the cookie back, but sends it with this page's own requests. If the hub knows it then, it goes straight on.
if (await isSignedIn()) goOn();
else {
  document.body.replaceChildren(); // The header that the HTML comes with.
  showLogin(document.body, {
    language: createLanguageChoice(navigator.languages, readStorage()),
    reason: REASONS.get(new URLSearchParams(location.search).get('failed')),
    signIn,
    onSignedIn: goOn,
  });
}
