import { InvalidArgumentError } from 'commander';
import { LANGUAGE_TAGS, type Language } from './index.ts';

/** The language of a tag or a locale, by its first part: Portuguese for `pt`, `pt-BR` and `pt_PT.UTF-8`. */
function findLanguage(text: string): Language | undefined {
  const language = primaryPart(text);
  return LANGUAGE_TAGS.find((tag) => primaryPart(tag) === language);
}

function primaryPart(text: string): string {
  return (text.split(/[-_.@]/)[0] ?? '').toLowerCase();
}

/** A value of `--lang`. */
export function parseLanguage(text: string): Language {
  const language = findLanguage(text);
  if (language !== undefined) return language;
  throw new InvalidArgumentError(`Allowed choices are ${LANGUAGE_TAGS.join(', ')}.`);
}

/**
 * The language of help and errors: from `--lang`, wherever it stands, from PINHUB_LANG, or from the environment's locale (POSIX, "Environment Variables"). English if
 * there is no translation into that language. An unknown language in `--lang` or PINHUB_LANG, which is about to be refused, does not count.
 */
export function chooseLanguage(words: readonly string[], environment: NodeJS.ProcessEnv): Language {
  const { PINHUB_LANG, LC_ALL, LC_MESSAGES, LANG } = environment;
  const wanted = [valueOfLang(words), PINHUB_LANG, LC_ALL || LC_MESSAGES || LANG];
  for (const text of wanted) {
    const language = text && findLanguage(text);
    if (language) return language;
  }
  return 'en';
}

const FLAG = '--lang';

/** The last `--lang` before `--`. */
function valueOfLang(words: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  const values = own.flatMap((word, index) => {
    if (word.startsWith(`${FLAG}=`)) return word.slice(FLAG.length + 1);
    return own[index - 1] === FLAG ? word : [];
  });
  return values.at(-1);
}

/** The words after a `--lang` at the beginning. */
export function skipLanguage(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  if (first === FLAG) return skipLanguage(words.slice(2));
  return first.startsWith(`${FLAG}=`) ? skipLanguage(words.slice(1)) : words;
}
