import { VERSION } from '../version.ts';
import { ACTIONS } from './actions.ts';
import { exitCodeOf } from './exit-code.ts';
import { chooseLanguage } from './languages/choose-language.ts';
import { type SpokenOptions, wordsOf } from './languages/index.ts';
import { describeFailure } from './log.ts';
import { createProgram, withCommand } from './program.ts';
import { endWithoutReader } from './standard-streams.ts';

/** Runs the command of a command line, in its language. If the command fails, prints the reason and sets the exit code, see `exitCodeOf`. */
export async function run(words: readonly string[]): Promise<void> {
  const language = chooseLanguage(words, process.env);
  let spoken = wordsOf({ lang: language });
  endWithoutReader();
  try {
    const program = createProgram(VERSION, ACTIONS, process.env, language);
    // A configuration file may have set another language.
    program.hook('preAction', (_program, command) => {
      spoken = wordsOf(command.opts<SpokenOptions>());
    });
    await program.parseAsync(withCommand(words), { from: 'user' });
  } catch (error) {
    console.error(describeFailure(error, spoken));
    process.exitCode = exitCodeOf(error);
  }
}
