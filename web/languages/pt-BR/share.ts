import type * as en from '../en/share.ts';

export const sharing: typeof en.sharing = {
  title: 'Convidar outras pessoas',
  role: 'Elas entram como',
  scan: 'QR code do link abaixo',
  close: 'Fechar',
  until: 'O link vale até o hub ser reiniciado. Navegadores que já o usaram continuam conectados.',
  ownAccount: 'Cada pessoa entra com a própria conta.',
  onlyHere: 'Só esta máquina tem acesso a este hub. Para que outras pessoas entrem, inicie-o assim:',
};
