import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the name of a file outlive a power cut, on systems that let folders be opened. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
