import { homedir } from 'node:os';
import { join } from 'node:path';
/**
 * Where this user's hub keeps what is to outlive it, unless told otherwise: where the system keeps the state of programs (XDG base
 * directories, and their like elsewhere), or where systemd has made room for a service.
 */
export function defaultDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME, LOCALAPPDATA } = environment;
  if (STATE_DIRECTORY) return STATE_DIRECTORY.split(':', 1)[0] ?? STATE_DIRECTORY;
  if (platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'pinhub');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'pinhub');
  return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'pinhub');
}
