import type * as en from '../en/login.ts';

export const login: typeof en.login = {
  title: 'Entrar',
  hint: 'Identifique-se para entrar.',
  user: 'Usuário',
  password: 'Senha',
  enter: 'Entrar',
  orToken: 'Ou com um token',
  tokenHint: 'A parte do link depois de “token=”, ou o que “pinhub token make” mostrou.',
  token: 'Token',
  enterWithToken: 'Entrar com o token',
  checking: 'Só um instante…',
  wrongPassword: 'Usuário ou senha incorretos.',
  wrongToken: 'Este token não é válido. Talvez tenha sido revogado.',
  wrongLink: 'O link não é mais válido. Peça um novo ou entre aqui.',
  tooMany: 'Tentativas demais. Espere um pouco e tente de novo.',
  tooManyFor: 'Tentativas demais. Tente de novo em {seconds} s.',
  unreachable: 'Não foi possível falar com o hub. Tente de novo.',
  failed: 'Não deu certo. Tente de novo.',
};
