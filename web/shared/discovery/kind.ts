/** The kind of all devices that other programs announce: they have no view of their own. */
export const DISCOVERED_KIND = 'discovered';
