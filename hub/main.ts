#!/usr/bin/env node
import { token, user } from './cli/accounts.ts';
import { cert } from './cli/cert.ts';
import { clusterImport } from './cli/cluster-import.ts';
import { clusterStatus } from './cli/cluster-status.ts';
import { device } from './cli/device.ts';
import { listPins } from './cli/list-pins.ts';
import { describeFailure } from './cli/log.ts';
import { createProgram, withCommand } from './cli/program.ts';
import { pub, sub } from './cli/pub-sub.ts';
import { endWithoutReader } from './cli/run-until-stopped.ts';
import { createService } from './cli/service/service.ts';
import { createSystem } from './cli/service/system.ts';
import { start } from './cli/start.ts';
import { VERSION } from './version.ts';

endWithoutReader();
try {
  const service = createService(createSystem());
  const actions = {
    ...{ start, device, pub, sub, user, token, cert, listPins, service },
    ...{ clusterStatus, clusterImport },
  };
  const program = createProgram(VERSION, actions);
  await program.parseAsync(withCommand(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
