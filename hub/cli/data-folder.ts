import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { HubError } from '../core/error.ts';

/** systemd's state directory for a service, else the system's folder for program state. Throws `option/invalid` without a home folder. */
export function defaultDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homedir,
): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME = '', LOCALAPPDATA } = environment;
  if (STATE_DIRECTORY) return STATE_DIRECTORY.split(':', 1)[0] ?? STATE_DIRECTORY;
  if (platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'pinhub');
  if (platform === 'darwin') return join(homeFolder(home), 'Library', 'Application Support', 'pinhub');
  const state = isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(homeFolder(home), '.local', 'state');
  return join(state, 'pinhub');
}

function homeFolder(home: () => string): string {
  try {
    const path = home();
    if (path !== '') return path;
  } catch {
    // There is neither HOME nor an entry in the system's list of users.
  }
  throw new HubError(
    'option/invalid',
    'this user has no home folder to keep data in: name a folder with --data, or start with --ephemeral',
  );
}
