/** The texts of the dialog for sharing, which is loaded on the first click. */
export const sharing = {
  title: 'Let others in',
  role: 'They join as',
  scan: 'QR code of the link below',
  close: 'Close',
  until: 'The link works until the hub is started again. Browsers that have used it stay signed in.',
  ownAccount: 'Others sign in with an account of their own.',
  onlyHere: 'Only this machine can reach this hub. To let others in, start it like this:',
};
