/** With up to this many devices, the page shows only open cards. */
export const FEW = 4;
