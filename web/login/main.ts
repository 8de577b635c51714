import { readStorage } from '../model/storage.ts';
import { createLanguageChoice } from '../page/language.ts';
import { showLogin } from './login-page.ts';
import { nextPage } from './next-page.ts';
import { isSignedIn, signIn } from './sign-in.ts';

const goOn = () => location.replace(nextPage(location));

// A link from another site comes without the cookie that this page's own requests have: who is known goes straight on.
if (await isSignedIn()) goOn();
else {
  showLogin(document.body, {
    language: createLanguageChoice(navigator.languages, readStorage()),
    reason: new URLSearchParams(location.search).has('failed') ? 'wrongLink' : undefined,
    signIn,
    onSignedIn: goOn,
  });
}
