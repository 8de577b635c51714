import type { Command } from 'commander';
import type { CertOptions } from './cert.ts';
import { parseCount } from './option-values.ts';
import { configOption, dataOption, roleOption } from './options.ts';
import type { token } from './token.ts';
import type { user } from './user.ts';

/** What the command line can be asked to do about who may come in. */
export interface AccessActions {
  readonly user: typeof user;
  readonly token: typeof token;
  cert(options: CertOptions): Promise<void>;
}

/** How long a certificate is good, days; browsers take none for longer. */
const CERTIFICATE_DAYS = 825;

/** Adds the commands `user`, `token` and `cert`. */
export function addAccessCommands(program: Command, { user, token, cert }: AccessActions): void {
  const users = program.command('user').description('who may come in with a password');
  const add = (command: string, description: string) =>
    users.command(command).description(description).addOption(dataOption()).addOption(configOption());
  add('add <name>', 'let somebody in; the password is asked for, or read from the standard input')
    .addOption(roleOption('controller'))
    .action(user.add);
  add('passwd <name>', 'give somebody another password').action(user.passwd);
  add('role <name> <role>', 'give somebody another role').action(user.role);
  add('remove <name>', 'let somebody in no more').action(user.remove);
  add('list', 'who may come in').action(user.list);

  const tokens = program.command('token').description('keys for programs, boards and links');
  const addToken = (command: string, description: string) =>
    tokens.command(command).description(description).addOption(dataOption()).addOption(configOption());
  addToken('make <name>', 'make a token, and print it')
    .addOption(roleOption('viewer'))
    .option('--days <number>', 'how long it is to be of use (default: until it is revoked)', parseCount)
    .action(token.make);
  addToken('revoke <name>', 'make a token of no more use').action(token.revoke);
  addToken('list', 'what tokens there are').action(token.list);

  program
    .command('cert')
    .description('make a certificate for a lab, which vouches for itself alone')
    .option(
      '--name <name...>',
      'names and addresses by which the hub is called (default: all of this machine)',
    )
    .addOption(dataOption())
    .option('--days <number>', 'how long it is to be good', parseCount, CERTIFICATE_DAYS)
    .option('--force', 'replace what is there')
    .action((options: CertOptions) => cert(options));
}
