import type { Command, Help, Option } from 'commander';
import { translated, type Words } from './languages/words.ts';

/** Makes commander print help and its own errors in a language. Applies to commands that are added later. */
export function localize(program: Command, words: Words): void {
  const { help } = words;
  program
    .helpOption('-h, --help', help.options.help)
    .helpCommand('help [command]', help.commands.help)
    .configureHelp(helpIn(words))
    .configureOutput({
      outputError: (text, write) =>
        write(inEachLine(text, (line) => placeholdersIn(words, translated(words, line)))),
    });
}

/** The narrowest column of descriptions that is still wrapped: beside the longest option, in every language. */
const MIN_WIDTH = 30;

function helpIn(words: Words): Partial<Help> {
  const { titles } = words.help;
  const localized = (text: string) => placeholdersIn(words, text);
  return {
    minWidthToWrap: MIN_WIDTH,
    styleTitle: (title) => (isTitle(words, title) ? titles[title] : title),
    styleUsage: localized,
    styleSubcommandTerm: localized,
    optionTerm: ({ flags }) => localized(flags),
    argumentTerm: (argument) => placeholderIn(words, argument.name()),
    optionDescription: (option) => describeOption(option, words),
  };
}

/** A heading of help pages, as it is in the code. */
export type Title = keyof Words['help']['titles'];

function isTitle({ help }: Words, text: string): text is Title {
  return Object.hasOwn(help.titles, text);
}

/** Words in angle or square brackets, as in `--port <number>`. */
function placeholdersIn(words: Words, text: string): string {
  return text.replace(/(?<=[<[])[\w/=-]+(?=(\.\.\.)?[>\]])/g, (word) => placeholderIn(words, word));
}

function placeholderIn({ help }: Words, word: string): string {
  const known: Readonly<Record<string, string>> = help.placeholders;
  return (Object.hasOwn(known, word) ? known[word] : undefined) ?? word;
}

/** Like commander's own, with words of the language. */
function describeOption(option: Option, { help }: Words): string {
  const { description, argChoices, defaultValue, defaultValueDescription, presetArg } = option;
  const takesValue = option.required || option.optional;
  const facts = [
    ...(argChoices
      ? [`${help.choices}: ${argChoices.map((choice) => JSON.stringify(choice)).join(', ')}`]
      : []),
    ...(defaultValue !== undefined && takesValue
      ? [`${help.byDefault}: ${defaultValueDescription ?? JSON.stringify(defaultValue)}`]
      : []),
    ...(presetArg !== undefined && option.optional ? [`${help.preset}: ${JSON.stringify(presetArg)}`] : []),
  ];
  return facts.length === 0 ? description : `${description} (${facts.join(', ')})`;
}

function inEachLine(text: string, change: (line: string) => string): string {
  return text.split('\n').map(change).join('\n');
}
