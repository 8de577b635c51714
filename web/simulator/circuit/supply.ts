/** The supplies of the header. */
export type Supply = 'ground' | '3v3' | '5v';

/** The voltages against ground. */
export const SUPPLY_VOLTS: Readonly<Record<Supply, number>> = { ground: 0, '3v3': 3.3, '5v': 5 };
