import { faults } from '../../../../web/languages/en/shared.ts';
import type { Words } from '../words.ts';
import { help } from './help.ts';
import { output } from './output.ts';

/** Errors are in English already. */
export const en: Words = {
  help,
  output,
  translate: (english) => english,
  meanings: faults,
  untranslated: (_meaning, english) => english,
};
