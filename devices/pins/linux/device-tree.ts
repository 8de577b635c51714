import { listIfThere, readIfThere, type SysfsFiles } from './sysfs-files.ts';

/** The path where the kernel exposes the firmware's device tree. */
export const DEVICE_TREE = '/sys/firmware/devicetree/base';

/** Reads a property with NUL-terminated texts; empty if the node does not have it. */
export async function readTexts(files: SysfsFiles, path: string): Promise<string[]> {
  const bytes = await readBytes(files, path);
  return new TextDecoder().decode(bytes).split('\0').filter(Boolean);
}

/** Reads a property with cells: unsigned 32-bit integers, big-endian. Empty if the node does not have it. */
export async function readCells(files: SysfsFiles, path: string): Promise<number[]> {
  const bytes = await readBytes(files, path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength >> 2 }, (_, index) => view.getUint32(index * 4));
}

async function readBytes(files: SysfsFiles, path: string): Promise<Uint8Array> {
  return (await readIfThere(files, path)) ?? new Uint8Array(0);
}

/** The children of a node, as paths. */
async function childrenOf(files: SysfsFiles, path: string): Promise<string[]> {
  const entries = (await listIfThere(files, path)) ?? [];
  return entries.filter(({ isFolder }) => isFolder).map(({ name }) => `${path}/${name}`);
}

/** The maximum depth to search for a GPIO controller: /axi/pcie@…/pci@…/pci-ep-bus@1/gpio@d0000 on a Pi 5. */
const CONTROLLER_DEPTH = 6;

/** The GPIO that each pin group of the board's GPIO controllers names, by the phandle of the group. */
export async function readPinGroups(files: SysfsFiles): Promise<Map<number, number[]>> {
  const groups = new Map<number, number[]>();
  for (const controller of await findControllers(files, DEVICE_TREE, CONTROLLER_DEPTH)) {
    for (const group of await childrenOf(files, controller)) {
      const [phandle] = await readCells(files, `${group}/phandle`);
      if (phandle !== undefined) groups.set(phandle, await readPins(files, group));
    }
  }
  return groups;
}

async function findControllers(files: SysfsFiles, path: string, depth: number): Promise<string[]> {
  if (depth === 0) return [];
  const found: string[] = [];
  for (const child of await childrenOf(files, path)) {
    const isController = child.slice(path.length + 1).startsWith('gpio@');
    found.push(...(isController ? [child] : await findControllers(files, child, depth - 1)));
  }
  return found;
}

/** Raspberry Pi's overlays list numbers in `brcm,pins`; mainline's RP1 lists names, `gpio18`, in `pins`. */
async function readPins(files: SysfsFiles, group: string): Promise<number[]> {
  const numbers = await readCells(files, `${group}/brcm,pins`);
  if (numbers.length > 0) return numbers;
  const names = await readTexts(files, `${group}/pins`);
  return names.map((name) => Number(/^gpio(\d+)$/.exec(name)?.[1])).filter(Number.isInteger);
}
