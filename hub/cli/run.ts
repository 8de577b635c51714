import { VERSION } from '../version.ts';
import { token, user } from './accounts.ts';
import { cert } from './cert.ts';
import { clusterDrain } from './cluster-drain.ts';
import { clusterImport } from './cluster-import.ts';
import { clusterStatus } from './cluster-status.ts';
import { device } from './device.ts';
import { chooseLanguage } from './languages/choose-language.ts';
import { wordsOf } from './languages/index.ts';
import { listPins } from './list-pins.ts';
import { describeFailure } from './log.ts';
import { createProgram, withCommand } from './program.ts';
import { pub, sub } from './pub-sub.ts';
import { endWithoutReader } from './run-until-stopped.ts';
import { createService } from './service/service.ts';
import { createSystem } from './service/system.ts';
import { start } from './start.ts';

/** Runs the command of a command line, in its language. If the command fails, prints the reason and sets the exit code. */
export async function run(words: readonly string[]): Promise<void> {
  const language = chooseLanguage(words, process.env);
  const spoken = wordsOf({ lang: language });
  endWithoutReader();
  try {
    const service = createService(createSystem());
    const actions = {
      start,
      device,
      pub,
      sub,
      user,
      token,
      cert,
      listPins,
      clusterStatus,
      clusterDrain,
      clusterImport,
      service,
    };
    const program = createProgram(VERSION, actions, process.env, language);
    await program.parseAsync(withCommand(words), { from: 'user' });
  } catch (error) {
    console.error(describeFailure(error, spoken));
    process.exitCode = 1;
  }
}
