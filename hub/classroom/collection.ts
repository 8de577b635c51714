import type { Seat } from './seat.ts';

/** The content of a seat when it is collected. */
export interface CollectedSeat extends Seat {
  /** The retained messages on its topics, without the level of the seat; `null` for one that is not UTF-8. */
  readonly topics: Readonly<Record<string, string | null>>;
}

const COLUMNS = ['seat', 'nickname', 'topic', 'value'];

/** Topics at which devices describe themselves and their pins. They are not a student's work. */
const MACHINERY = /^board\/gpio\/|(^|\/)(info|status)$/;

/** With this mark at the beginning, Excel reads a file as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A collection as CSV (RFC 4180) for spreadsheets: a line for each topic, without those on which devices describe themselves. Spreadsheets take no
 * cell of it for a formula.
 */
export function toCsv(seats: readonly CollectedSeat[]): string {
  const rows = seats.flatMap(({ seat, nickname, topics }) => {
    const held = Object.entries(topics).filter(([topic]) => !MACHINERY.test(topic));
    if (held.length === 0) return [[seat, nickname, '', '']];
    return held.map(([topic, value]) => [seat, nickname, topic, value ?? '']);
  });
  return BYTE_ORDER_MARK + [COLUMNS, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

/** Spreadsheets take text that begins with one of these for a formula (CWE-1236), unless it is a plain number. */
function toCell(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
