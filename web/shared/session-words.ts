import { type Faults, faultsEn, faultsPtBr } from './faults.ts';
import type { Language } from './language.ts';

const en = {
  signedInAs: (name: string) => `Signed in as ${name}`,
  signOut: 'Sign out',
  watchOnly: 'Watching only',
  watchOnlyHint: 'You may look, and change nothing.',
  hubLost: 'The hub cannot be reached.',
  hubLostHint: 'Trying again. What you see may be out of date; what you set now is sent when it is back.',
  hubLostWatching: 'Trying again. What you see may be out of date.',
  signedOut: 'You are not signed in any more',
  signedOutHint: 'What let you in, a link, a token or an account, is no longer valid.',
  signInAgain: 'Sign in again',
  ended: 'The hub has ended the connection',
  connectAgain: 'Connect again',
  denied: 'You may not see what is here',
  deniedHint: 'Whoever looks after the hub can give you another role.',
  signInAsOther: 'Sign in as somebody else',
  notSignedOut: 'You are still signed in: the hub could not be told. Try again.',
  roles: { viewer: 'viewer', controller: 'controller', device: 'device', admin: 'admin' },
};

const ptBr: typeof en = {
  signedInAs: (name) => `Você entrou como ${name}`,
  signOut: 'Sair',
  watchOnly: 'Só observando',
  watchOnlyHint: 'Você pode olhar, sem mudar nada.',
  hubLost: 'Não há conexão com o hub.',
  hubLostHint:
    'Tentando de novo. O que aparece aqui pode estar desatualizado; o que você ajustar agora será enviado quando a conexão voltar.',
  hubLostWatching: 'Tentando de novo. O que aparece aqui pode estar desatualizado.',
  signedOut: 'Sua sessão terminou',
  signedOutHint: 'O link, o token ou a conta com que você entrou não é mais válido.',
  signInAgain: 'Entrar de novo',
  ended: 'O hub encerrou a conexão',
  connectAgain: 'Conectar de novo',
  denied: 'Você não pode ver o que há aqui',
  deniedHint: 'Quem cuida do hub pode lhe dar outro papel.',
  signInAsOther: 'Entrar como outra pessoa',
  notSignedOut: 'Você ainda não saiu: não foi possível avisar o hub. Tente de novo.',
  roles: {
    viewer: 'observador',
    controller: 'controlador',
    device: 'dispositivo',
    admin: 'administrador',
  },
};

/** What every page says of who is there and of what stands between them and the hub. */
export interface SessionWords {
  readonly tell: typeof en;
  readonly faults: Faults;
}

export const sessionWords: Readonly<Record<Language, SessionWords>> = {
  en: { tell: en, faults: faultsEn },
  'pt-BR': { tell: ptBr, faults: faultsPtBr },
};

/** A role in a language: those that there always are by their meaning, others by their name. */
export function roleName({ tell }: SessionWords, role: string): string {
  const known: Readonly<Record<string, string>> = tell.roles;
  return (Object.hasOwn(known, role) ? known[role] : undefined) ?? role;
}
