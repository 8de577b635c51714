import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { describeWithNats } from '../cluster/nats-server.ts';
import { expectAgreement, expectKept, PATIENCE_MS, publishers, Record, World } from './cluster-world.ts';
import { MAIN } from './hub-process.ts';

/** The commit whose hubs start first, as in `CLUSTER_UPGRADE_FROM=HEAD~1`. By default the test is skipped, because compiling the commit takes a while. */
const FROM = process.env.CLUSTER_UPGRADE_FROM;

const ROOT = join(import.meta.dirname, '../..');

if (FROM === undefined)
  describe.skip('a cluster that is upgraded (skipped: needs CLUSTER_UPGRADE_FROM, a commit)', () =>
    undefined);
else
  describeWithNats(`a cluster that is upgraded from ${FROM}`, (program) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-upgrade-'));
    let world: World;
    beforeAll(async () => {
      world = await World.start(program, folder, { main: build(FROM, join(folder, 'before')) });
    }, 600_000);
    afterAll(async () => {
      await world?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it(
      'loses nothing acknowledged and delivers nothing of QoS 2 twice, while hubs of both versions serve, and sessions move between them',
      async () => {
        const records = { stays: new Record(), moves: new Record() };
        const stays = world.visit('stays', 0, records.stays);
        const moves = world.visit('moves', 1, records.moves);
        for (const client of [stays, moves]) await client.subscribeAsync('ledger/#', { qos: 2 });
        const all = publishers(world);
        const untilServed = () => Promise.all(all.map((publisher) => publisher.progress()));
        await untilServed();
        for (const hub of world.hubs) {
          hub.process.main = MAIN;
          await hub.stop();
          await untilServed();
          await hub.start();
          moves.stream.destroy();
          await untilServed();
        }
        await expectKept(world, all, records);
        await expectAgreement(world);
        // One hub goes back to the old version and is killed: the others adopt it.
        const [back] = world.hubs;
        if (back) back.process.main = join(folder, 'before/dist/hub/main.js');
        await back?.restart();
        await back?.kill();
        await untilServed();
        await Promise.all(all.map((publisher) => publisher.stop()));
        await expectKept(world, all, records);
      },
      PATIENCE_MS * 10,
    );
  });

/** Compiles a commit's hub, without its pages, into a folder; returns its program. */
function build(commit: string, folder: string): string {
  execFileSync('sh', ['-c', 'mkdir "$2" && git archive "$1" | tar -x -C "$2"', 'sh', commit, folder], {
    cwd: ROOT,
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const words = ['node_modules/typescript/bin/tsc', '-p', 'build/tsconfig.json', '--outDir', 'dist'];
  execFileSync(process.execPath, words, { cwd: folder, stdio: 'inherit' });
  mkdirSync(join(folder, 'dist/pages'));
  return join(folder, 'dist/hub/main.js');
}
