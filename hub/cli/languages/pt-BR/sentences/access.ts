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
  ['seat', 'lugar'],
  [
    'there is a {~what} {name} already; choose another name',
    'já existe um {what} {name}; escolha outro nome',
  ],
  ['there is no user {name}', 'o usuário {name} não existe'],
  ['there is no token {name}', 'o token {name} não existe'],
  ['there is no seat {name}', 'o lugar {name} não existe'],
  ['the name {name} is reserved; choose another', 'o nome {name} é reservado; escolha outro'],
  [
    '{name} is not a valid name: use 1 to 64 letters, digits, "_", ".", "@" or "-", starting with a letter or digit',
    '{name} não serve como nome: use de 1 a 64 letras, algarismos, "_", ".", "@" ou "-", começando com letra ou algarismo',
  ],
  [
    'there is no role {role}; there are {known} (--config names the file of others)',
    'o perfil {role} não existe; existem {known} (outros podem estar num arquivo, com --config)',
  ],
  ['there is no role {role}; there are {known}', 'o perfil {role} não existe; existem {known}'],
  ['roles: {~reason}', 'perfis: {reason}'],
  ['{path}: {text} is not a topic filter', '{path}: {text} não é um filtro de tópicos'],
  [
    '{path}: {text} is not a valid role name: use 1 to 64 letters, digits, "_" or "-"',
    '{path}: {text} não serve como nome de perfil: use de 1 a 64 letras, algarismos, "_" ou "-"',
  ],
  ['{role} is built in; choose another name', '{role} já vem com o Pinhub; escolha outro nome'],
  [
    'this hub requires authentication: log in, or present a token, or a user and a password',
    'este hub pede que você se identifique: entre com usuário e senha ou apresente um token',
  ],
  ['the token is not valid', 'o token não é válido'],
  ['you may not publish to {topic}', 'você não tem permissão para publicar em {topic}'],
  ['you may not read {topic}', 'você não tem permissão para ler {topic}'],
  ['your link, token or account is no longer valid', 'o token, o link ou a conta usada não vale mais'],
  ['your rights have changed; connect again', 'suas permissões mudaram; conecte-se de novo'],
  ['user name or password is wrong', 'usuário ou senha incorretos'],
  ['your login has ended; log in again', 'sua sessão terminou; entre de novo'],
  ['the hub is closing', 'o hub está sendo desligado'],
  [
    'too many wrong passwords; try again in {seconds} s',
    'muitas senhas erradas; tente de novo em {seconds} s',
  ],
  [
    'other users of this machine can read {path}, which holds secrets (mode {mode}): chmod {better}, or a file system that has modes',
    'outros usuários desta máquina podem ler {path}, que contém segredos (modo {mode}): use chmod {better}, ou um sistema de arquivos que tenha permissões',
  ],
  [
    'an app, or a page of another origin, must present a token, or a user and a password; allowedOrigins (--allow-origin) admits it without',
    'um aplicativo, ou uma página de outra origem, precisa apresentar um token, ou usuário e senha; allowedOrigins (--allow-origin) dispensa isso',
  ],
  ['the name {name} belongs to somebody else in this hub', 'o nome {name} já é de outra pessoa neste hub'],
  ['you may not give others the role {role}', 'você não tem permissão para dar a outros o perfil {role}'],
  [
    'the link for {role} was revoked; the next start makes another',
    'o link do perfil {role} foi revogado; o próximo início cria outro',
  ],
  [
    'your will may not be published to {topic}',
    'sua última vontade (will) não pode ser publicada em {topic}',
  ],
  [
    'the account was removed, or its secret has changed',
    'a conta foi removida, ou a senha ou o token dela mudou',
  ],
  ['the certificate names {name}, which is not a user', 'o certificado é de {name}, que não é um usuário'],
];
