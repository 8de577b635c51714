#!/usr/bin/env node
// Compares the hub's log with an embedded database (lmdb, if it is installed): the cost of an acknowledged turn for each
// durability guarantee, and the result if one page on the disk is overwritten, as by a worn-out SD card.
import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importTest } from './stage.mjs';
import { ENGINES, HINT, keyOf, textOf } from './store-engines/engines.mjs';

const { createRandom } = await importTest('random.ts');

const CHANGES = 20;
const TURNS = 1_000;
const ROUNDS = 3;

const TRIALS = 60;
const PAGE_BYTES = 4096;
const ENTRIES = 3_000;
/** Less than is written, so that part of the state is in the base and part in the log. */
const SMALL_LOG_BYTES = 150_000;
const TRIAL_TIMEOUT_MS = 20_000;
/** The possible results for a damaged state. */
const OUTCOMES = ['intact', 'reported, rest used', 'error', 'crash', 'hangs', 'silent loss'];

// BENCH_FOLDER must be on a disk if /tmp is in memory.
const root = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'pinhub-engines-'));
if (HINT) console.log(`${HINT}\n`);
try {
  await measureCommits();
  await damageStates();
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measureCommits() {
  console.log(
    `${CHANGES} changes per turn, each acknowledged`.padEnd(44),
    'survives'.padEnd(15),
    'ms per turn',
  );
  for (const { name, survives, open } of ENGINES) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureTurns(open));
    rounds.sort((one, other) => one - other);
    console.log(name.padEnd(44), survives.padEnd(15), rounds[Math.floor(ROUNDS / 2)].toFixed(3).padStart(11));
  }
}

/** Measures milliseconds per turn. */
async function measureTurns(open) {
  return withFolder(async (folder) => {
    const engine = await open(folder);
    await writeTurns(engine, TURNS / 10);
    const startedAt = performance.now();
    await writeTurns(engine, TURNS);
    const ms = (performance.now() - startedAt) / TURNS;
    await engine.close();
    return ms;
  });
}

/** Writes the same few hundred keys again and again, as sliders do. */
async function writeTurns(engine, turns) {
  for (let turn = 0; turn < turns; turn++) {
    const entries = Array.from({ length: CHANGES }, (_, n) => [keyOf((turn * 7 + n) % 500), `${turn % 100}`]);
    await engine.commit(entries);
  }
}

async function damageStates() {
  console.log(
    `\n${TRIALS} times, one page of ${PAGE_BYTES} bytes overwritten`.padEnd(43),
    ...OUTCOMES.map(pad),
  );
  for (const { name, open } of ENGINES.filter(({ survives }) => survives === 'a power cut')) {
    await withFolder(async (good) => {
      await fill(open, good);
      const counts = new Map(OUTCOMES.map((outcome) => [outcome, 0]));
      for (let seed = 1; seed <= TRIALS; seed++) {
        const outcome = await tryDamaged(name, good, createRandom(seed));
        counts.set(outcome, counts.get(outcome) + 1);
      }
      console.log(name.padEnd(42), ...OUTCOMES.map((outcome) => pad(counts.get(outcome))));
    });
  }
}

async function fill(open, folder) {
  const engine = await open(folder, { smallLogBytes: SMALL_LOG_BYTES });
  for (let n = 0; n < ENTRIES; n += CHANGES) {
    await engine.commit(Array.from({ length: CHANGES }, (_, index) => [keyOf(n + index), textOf(n + index)]));
  }
  await engine.close();
}

function tryDamaged(name, good, random) {
  return withFolder((folder) => {
    cpSync(good, folder, { recursive: true });
    overwritePage(folder, random);
    const reader = join(import.meta.dirname, 'store-engines', 'read.mjs');
    const child = spawnSync(process.execPath, [reader, name, folder, `${ENTRIES}`], {
      timeout: TRIAL_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    return judge(child);
  });
}

function judge({ status, error: fault, stdout, stderr }) {
  if (fault?.code === 'ETIMEDOUT') return 'hangs';
  if (status === null) return 'crash';
  if (status !== 0) throw new Error(`the reader itself failed: ${stderr}`);
  const { right, isExact, damages, error } = JSON.parse(stdout);
  if (error !== undefined) return 'error';
  if (damages.length > 0) return 'reported, rest used';
  return right === ENTRIES && isExact ? 'intact' : 'silent loss';
}

/** Overwrites a random page of a folder's files with noise. */
function overwritePage(folder, random) {
  const pages = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.endsWith('-lock')) return []; // lmdb creates its table of readers again.
    return Array.from({ length: Math.ceil(statSync(path).size / PAGE_BYTES) }, (_, page) => ({ path, page }));
  });
  const { path, page } = pages[Math.floor(random() * pages.length)];
  const at = page * PAGE_BYTES;
  const length = Math.min(PAGE_BYTES, statSync(path).size - at);
  const file = openSync(path, 'r+');
  writeSync(
    file,
    Uint8Array.from({ length }, () => random() * 256),
    0,
    length,
    at,
  );
  closeSync(file);
}

async function withFolder(work) {
  const folder = mkdtempSync(join(root, 'state-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pad(value) {
  return `${value}`.padStart(20);
}
