import type * as en from '../en/api.ts';

export const api: typeof en.api = {
  title: 'Interfaces deste hub',
  rest: 'REST (HTTP)',
  restHint: 'O que um programa pode pedir a este hub por HTTP, conforme /openapi.json.',
  topics: 'Tópicos dos dispositivos',
  topicsHint: 'Os tópicos dos dispositivos conectados, conforme /asyncapi.json.',
  parameters: 'Parâmetros',
  body: 'Corpo do pedido',
  answer: 'Resposta',
  inPath: 'no caminho',
  inQuery: 'na query',
  publish: 'para publicar',
  subscribe: 'para assinar',
  noDevices: 'Nenhum dispositivo conectado tem uma descrição.',
  loading: 'Carregando…',
  failed: 'O hub não respondeu. Recarregue a página para tentar de novo.',
};
