// A directory in memory with sysfs paths but no kernel behind them; and a pigpiod with a virtual Pi, in its own process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinuxPins, createPigpiodPins } from '../../dist/devices/drivers.js';
import { REAL_FILES } from '../../dist/devices/pins/linux/sysfs-files.js';
import { Board } from '../../dist/simulator/board/board.js';
import { createPigpiodServer } from '../../dist/simulator/pigpiod/server.js';
import { claim } from './load.mjs';

export const GPIOS = [4, 5, 6, 12, 13, 16, 18, 21];

const DAEMON = 'as-pigpiod';
if (process.argv[2] === DAEMON) await serve();

/** Opens lights of the driver `linux` on files in memory, with a function to close them. */
export async function openFiles() {
  const tree = await plantTree();
  const pins = await createLinuxPins({ files: filesBelow(tree) });
  const close = async () => {
    await pins.close();
    await rm(tree, { recursive: true });
  };
  return { lights: await claim(pins, GPIOS), close };
}

/** Opens lights of the driver `pigpiod`, with a function to close them. */
export async function openPigpiod() {
  const daemon = fork(import.meta.filename, [DAEMON]);
  const [port] = await once(daemon, 'message');
  const pins = await createPigpiodPins({ address: { hosts: ['127.0.0.1'], port, timeoutMs: 60_000 } });
  const close = async () => {
    await pins.close();
    daemon.kill();
  };
  return { lights: await claim(pins, GPIOS), close };
}

/** Creates the files of a Pi 4 with `dtoverlay=pwm-gpio` for each pin, and exported channels. */
async function plantTree() {
  const root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pinhub-pins-'));
  const plant = async (path, content) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  };
  await plant('/sys/firmware/devicetree/base/model', 'Raspberry Pi 4 Model B Rev 1.4\0');
  await plant('/sys/firmware/devicetree/base/compatible', 'raspberrypi,4-model-b\0brcm,bcm2711\0');
  for (const [index, gpio] of GPIOS.entries()) {
    const chip = `/sys/class/pwm/pwmchip${index}`;
    await plant(`${chip}/device/of_node/compatible`, 'pwm-gpio\0');
    await plant(`${chip}/device/of_node/gpios`, Buffer.from([0, 0, 0, 7, 0, 0, 0, gpio, 0, 0, 0, 0]));
    await plant(`${chip}/pwm0/period`, '10000000\n');
    await plant(`${chip}/pwm0/duty_cycle`, '1000000\n');
    await plant(`${chip}/pwm0/enable`, '1\n');
  }
  return root;
}

function filesBelow(root) {
  return Object.fromEntries(
    Object.entries(REAL_FILES).map(([name, call]) => [name, (path, ...rest) => call(root + path, ...rest)]),
  );
}

async function serve() {
  const { port } = await createPigpiodServer({ board: new Board(), port: 0 }).listen();
  process.once('disconnect', () => process.exit());
  process.send(port);
}
