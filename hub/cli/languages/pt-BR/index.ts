import { faults } from '../../../../web/languages/pt-BR/shared.ts';
import { createTranslate } from '../translate.ts';
import type { Words } from '../words.ts';
import { help } from './help.ts';
import { output } from './output.ts';
import { sentences } from './sentences/index.ts';

export const ptBR: Words = {
  help,
  output,
  translate: createTranslate(sentences),
  meanings: faults,
  untranslated: (meaning, english) => `${meaning} Em inglês: ${english}`,
};
