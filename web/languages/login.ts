import type { Language } from './index.ts';

const en = {
  title: 'Sign in',
  hint: 'This hub asks who you are.',
  user: 'User name',
  password: 'Password',
  enter: 'Sign in',
  orToken: 'Or with a token',
  tokenHint: 'The part of a link after “token=”, or what “pinhub token make” has printed.',
  token: 'Token',
  enterWithToken: 'Sign in with the token',
  checking: 'One moment…',
  wrongPassword: 'User name or password is wrong.',
  wrongToken: 'This token is not valid. It may have been revoked.',
  wrongLink: 'The link is not valid any more. Ask for a new one, or sign in here.',
  tooMany: 'Too many tries. Wait a little, then try again.',
  tooManyFor: 'Too many tries. Try again in {seconds} s.',
  unreachable: 'The hub cannot be reached. Try again.',
  failed: 'That did not work. Try again.',
};

const ptBr: typeof en = {
  title: 'Entrar',
  hint: 'Identifique-se para entrar.',
  user: 'Usuário',
  password: 'Senha',
  enter: 'Entrar',
  orToken: 'Ou com um token',
  tokenHint: 'A parte do link depois de “token=”, ou o que “pinhub token make” mostrou.',
  token: 'Token',
  enterWithToken: 'Entrar com o token',
  checking: 'Um momento…',
  wrongPassword: 'Usuário ou senha incorretos.',
  wrongToken: 'Este token não é válido. Talvez tenha sido revogado.',
  wrongLink: 'O link não é mais válido. Peça um novo ou entre aqui.',
  tooMany: 'Tentativas demais. Espere um pouco e tente de novo.',
  tooManyFor: 'Tentativas demais. Tente de novo em {seconds} s.',
  unreachable: 'Não foi possível falar com o hub. Tente de novo.',
  failed: 'Não deu certo. Tente de novo.',
};

/** What the login page says, by language. It is apart from what other pages say, since those do not load it. */
export const LOGIN = { en, 'pt-BR': ptBr } satisfies Record<Language, typeof en>;
