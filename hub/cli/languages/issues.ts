/** Where faults of Pinhub are reported. */
export const ISSUES = 'https://github.com/pinhub/pinhub/issues';
