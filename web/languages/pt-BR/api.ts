import type * as en from '../en/api.ts';

export const api: typeof en.api = {
  title: 'Interfaces deste hub',
  rest: 'REST (HTTP)',
  restHint: 'O que programas podem pedir a este hub por HTTP, como descreve /openapi.json.',
  topics: 'Tópicos dos dispositivos',
  topicsHint: 'O que os dispositivos conectados dizem de si, como descreve /asyncapi.json.',
  parameters: 'Parâmetros',
  body: 'Corpo do pedido',
  answer: 'Resposta',
  inPath: 'no caminho',
  inQuery: 'na consulta',
  publish: 'publique ali',
  subscribe: 'publicado ali',
  noDevices: 'Nenhum dispositivo se descreve no momento.',
  loading: 'Carregando…',
  failed: 'O hub não respondeu. Recarregue a página para tentar de novo.',
};
