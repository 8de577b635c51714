#!/usr/bin/env node
import { cert } from './cli/cert.ts';
import { describeFailure } from './cli/describe-failure.ts';
import { device } from './cli/device.ts';
import { settleVariables } from './cli/environment.ts';
import { createProgram } from './cli/program.ts';
import { pub } from './cli/pub.ts';
import { start } from './cli/start.ts';
import { sub } from './cli/sub.ts';
import { token } from './cli/token.ts';
import { user } from './cli/user.ts';
import { withCommand, withConfigFile } from './cli/words.ts';
import { VERSION } from './version.ts';

try {
  const program = createProgram(VERSION, { start, device, pub, sub, user, token, cert });
  const environment = settleVariables(process.env, program);
  const words = withConfigFile(withCommand(process.argv.slice(2)), environment, program);
  await program.parseAsync(words, { from: 'user' });
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
