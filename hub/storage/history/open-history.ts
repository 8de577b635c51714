import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { guardStorage } from '../storage-fault.ts';
import { History } from './history.ts';
import { MemorySlots } from './memory-slots.ts';
import { RingFile } from './ring-file.ts';

const NAME = /^(\d{1,9})\.ring$/;

/** History in a folder, a file for each topic; one that is none of ours is left alone. Throws `store/unavailable`. */
export function openHistory(folder: string, onFault: (error: unknown) => void): History {
  return guardStorage(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const numbers = readdirSync(folder).flatMap((name) => NAME.exec(name)?.[1] ?? []);
    let last = Math.max(0, ...numbers.map(Number));
    const pathOf = (number: number | string) => join(folder, `${number}.ring`);
    const opened = numbers.flatMap((number) => RingFile.open(pathOf(number)) ?? []);
    const known = opened.map(({ topic, ring }) => [topic, ring] as const);
    return new History({ known, createSlots: (topic) => RingFile.create(pathOf(++last), topic), onFault });
  });
}

/** The most topics of which a hub that keeps nothing remembers what they were. */
const MEMORY_TOPICS = 50;

/** History that ends with the process. */
export function createMemoryHistory(): History {
  return new History({ createSlots: () => new MemorySlots(), topics: MEMORY_TOPICS });
}
