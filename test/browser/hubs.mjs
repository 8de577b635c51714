// Opens fresh hubs for tests, like `pinhub --ephemeral --driver virtual --no-mqtt --no-pigpiod`, all in one process: a process for each hub would
// take more processor time than most tests.
import { pino } from 'pino';
import { chooseDevices } from '../../dist/hub/cli/chosen-devices.js';
import { openDevices, openPins, openVirtualPi } from '../../dist/hub/cli/pins.js';
import { kindsOf } from '../../dist/hub/cli/plugins.js';
import { Closers } from '../../dist/hub/cli/run-until-stopped.js';
import { createMemoryHistory } from '../../dist/hub/history/open-history.js';
import { openHubServer } from '../../dist/hub/server.js';
import { PAGES_FOLDER } from '../../dist/hub/version.js';

const log = pino({ level: 'error' });
const open = new Map();

process.on('message', async ({ id, devices }) => {
  try {
    process.send({ id, port: devices ? await openHub(id, devices) : await closeHub(id) });
  } catch (error) {
    process.send({ id, failure: error.stack });
  }
});
process.on('disconnect', () => process.exit());

async function openHub(id, devices) {
  const closers = new Closers();
  const scope = { log, closers };
  const options = { driver: 'virtual', pigpiod: false, prefix: '', device: devices };
  const opened = await openPins(options, scope, []);
  const server = await openHubServer({
    port: 0,
    pagesFolder: PAGES_FOLDER,
    mqtt: false,
    history: createMemoryHistory(log),
    log,
  });
  closers.add(() => server.close());
  await openVirtualPi(options, scope, { ...opened, server });
  const chosen = { pins: opened.pins, kinds: kindsOf([]) };
  openDevices(options, scope, {
    ...chosen,
    devices: chooseDevices(options, chosen),
    connect: () => server.connect(),
    meter: server.deviceMeter,
  });
  server.announceReady();
  open.set(id, closers);
  return server.port;
}

async function closeHub(id) {
  await open.get(id)?.close();
  open.delete(id);
}
