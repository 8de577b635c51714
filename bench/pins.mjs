// What a change of a light costs the hub's process: 50 changes a second on each of 8 pins, for the driver `linux` on sysfs, and beside it for
// the driver `pigpiod`, which writes to a socket. Behind the files is no kernel driver: they lie in memory (tmpfs), in a folder with the paths
// of sysfs. So this is the cost of the driver and of Node, with system calls, and without what the kernel's PWM adds on a Pi. Behind the
// socket is the virtual Pi in a process of its own, whose time does not count. Needs the compiled driver: `npm run build`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const GPIOS = [4, 5, 6, 12, 13, 16, 18, 21];
const CHANGES_PER_SECOND = 50;
const ROUND_MS = 5000;
const ROUNDS = 3;
/** Percent of a core that the driver `linux` may take. */
const LIMIT = 5;

if (process.send) await serve();
else await main();

async function main() {
  const { createLinuxPins, createPigpiodPins } = await import('../dist/devices/drivers.js');
  const tree = await plantTree();
  const daemon = fork(import.meta.filename);
  const [port] = await once(daemon, 'message');
  const linux = await createLinuxPins({ files: await filesBelow(tree) });
  const pigpiod = await createPigpiodPins({ address: { hosts: ['127.0.0.1'], port, timeoutMs: 5000 } });
  try {
    await compare({ linux, pigpiod });
  } finally {
    await Promise.all([linux.close(), pigpiod.close(), rm(tree, { recursive: true })]);
    daemon.kill();
  }
}

async function compare(drivers) {
  const claimed = await Promise.all(Object.entries(drivers).map(claim));
  const shares = new Map(claimed.map(({ name }) => [name, []]));
  for (const { lights } of claimed) await load(lights); // Warms up.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, lights } of claimed) shares.get(name).push(await load(lights));
  }
  const rate = `${CHANGES_PER_SECOND} changes a second on ${GPIOS.length} pins`;
  for (const [name, all] of shares)
    console.log(`${rate}, driver ${name.padEnd(8)} ${median(all).toFixed(1)} % of a core`);
  if (median(shares.get('linux')) > LIMIT) process.exitCode = 1;
}

async function claim([name, pins]) {
  const lights = await Promise.all(GPIOS.map((gpio) => pins.pwm(gpio, `led/${gpio}`)));
  for (const light of lights) await light.setFrequency(100);
  return { name, lights };
}

/** Fades all lights, each in steps of its own; resolves to the processor time that it took, percent. */
async function load(lights) {
  const start = performance.now();
  const before = process.cpuUsage();
  for (let step = 1; ; step++) {
    await Promise.all(lights.map((light, index) => light.setDuty(dutyAt(step + index * 7))));
    const due = start + (step * 1000) / CHANGES_PER_SECOND;
    if (due - start > ROUND_MS) break;
    await sleep(Math.max(0, due - performance.now()));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / (performance.now() - start);
}

/** 10–99 %, so that all texts are equally long: a file in memory keeps the rest of a longer one, which one of sysfs does not. */
function dutyAt(step) {
  return 10 + ((step * 3) % 90);
}

/** A Pi 4 with `dtoverlay=pwm-gpio` for each pin, whose channels are exported. */
async function plantTree() {
  const root = await mkdtemp('/dev/shm/pinhub-pins-');
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

async function filesBelow(root) {
  const { REAL_FILES } = await import('../dist/devices/pins/linux/sysfs-files.js');
  return Object.fromEntries(
    Object.entries(REAL_FILES).map(([name, call]) => [name, (path, ...rest) => call(root + path, ...rest)]),
  );
}

async function serve() {
  const { Board } = await import('../dist/simulator/board/board.js');
  const { createPigpiodServer } = await import('../dist/simulator/pigpiod/server.js');
  const { port } = await createPigpiodServer({ board: new Board(), port: 0 }).listen();
  process.once('disconnect', () => process.exit());
  process.send(port);
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}
