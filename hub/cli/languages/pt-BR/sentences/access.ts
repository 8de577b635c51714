import type { Sentence } from '../../translate.ts';

/** Users, tokens, roles and passwords. */
export const access: readonly Sentence[] = [
  ['the two passwords are not the same', 'as duas senhas não são iguais'],
  ['there is no password on standard input', 'não há uma senha na entrada padrão'],
  ['no password was given', 'nenhuma senha foi digitada'],
  ['a password must not have control characters', 'uma senha não pode ter caracteres de controle'],
  ['a password must have at least {least} characters', 'uma senha precisa ter no mínimo {least} caracteres'],
  ['a password may have at most {most} characters', 'uma senha pode ter no máximo {most} caracteres'],
  ['user', 'usuário'],
  ['name', 'nome'],
  ['role', 'perfil'],
  ['token', 'token'],
  [
    'there is a {~what} {name} already; choose another name',
    'já existe um {what} {name}; escolha outro nome',
  ],
  ['there is no {~what} {name}', 'não há um {what} {name}'],
  ['the name {name} is reserved; choose another', 'o nome {name} é reservado; escolha outro'],
  [
    '{name} is not a valid name: use 1 to 64 letters, digits, "_", ".", "@" or "-", starting with a letter or digit',
    '{name} não serve como nome: use de 1 a 64 letras, algarismos, "_", ".", "@" ou "-", começando com letra ou algarismo',
  ],
  [
    'there is no role {role}; there are {known} (--config names the file of others)',
    'não há um perfil {role}; os que há são {known} (outros podem estar num arquivo, com --config)',
  ],
  ['there is no role {role}; there are {known}', 'não há um perfil {role}; os que há são {known}'],
  ['roles: {~reason}', 'perfis: {reason}'],
  ['{role} is built in; choose another name', '{role} já vem com o Pinhub; escolha outro nome'],
  [
    'this hub requires authentication: log in, or present a token, or a user and a password',
    'este hub pede que você se identifique: entre, ou apresente um token, ou usuário e senha',
  ],
  ['the token is not valid', 'o token não é válido'],
  ['user name or password is wrong', 'o usuário ou a senha está errado'],
  ['your login has ended; log in again', 'sua sessão terminou; entre de novo'],
  ['the hub is closing', 'o hub está sendo desligado'],
  [
    'too many wrong passwords; try again in {seconds} s',
    'senhas erradas demais; tente de novo em {seconds} s',
  ],
  [
    'other users of this machine can read {path}, which holds secrets (mode {mode}): chmod {better}, or a file system that has modes',
    'outros usuários desta máquina podem ler {path}, que contém segredos (modo {mode}): use chmod {better}, ou um sistema de arquivos que tenha permissões',
  ],
];
