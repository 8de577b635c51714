/** How the command is called where it is not installed for the whole machine: as it is after `npm ci`. */
export const COMMAND = 'npx pinhub';
