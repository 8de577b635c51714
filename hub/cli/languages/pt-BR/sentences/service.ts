import type { Sentence } from '../../translate.ts';

/** The hub as a service of systemd. */
export const service: readonly Sentence[] = [
  ['{~fault}\n  and {~others}', '{fault}\n  e {others}'],
  [
    'systemd does not run on this machine; docs/install.md says how to start the hub elsewhere',
    'o systemd não roda nesta máquina; docs/install.md mostra como iniciar o hub em outros sistemas',
  ],
  ['only root may do that: {command}', 'só root pode fazer isso: {command}'],
  [
    '{path} is not as "pinhub service install" wrote it; check it, and use --force to overwrite or remove it',
    '{path} não está como "pinhub service install" o criou; confira e use --force para sobrescrevê-lo ou removê-lo',
  ],
  ['"{command}" failed: {~reason}', '"{command}" falhou: {reason}'],
  [
    'a service needs a program that stays in its place, and npx keeps this one in a cache: {~remedy}',
    'um serviço precisa de um programa com lugar fixo, e o npx só guarda este num cache: {remedy}',
  ],
  [
    'install it for the whole machine with "sudo npm install --global pinhub"',
    'instale-o para a máquina toda com "sudo npm install --global pinhub"',
  ],
  ['{path} is missing: run "npm run build" first', '{path} não existe: rode antes "npm run build"'],
  ['{path} is missing', '{path} não existe'],
  ['{name} is not the name of a user', '{name} não é nome de usuário'],
  [
    'the hub does not need root, and others on the network may reach it: leave --user out, or name another user',
    'o hub não precisa de root, e outros na rede podem ter acesso a ele: tire --user ou indique outro usuário',
  ],
  ['there is no user {name} on this machine', 'não há um usuário {name} nesta máquina'],
  [
    'the driver "pigpio" needs root: let pigpiod drive the pins, with --driver pigpiod',
    'o driver "pigpio" precisa de root: deixe o pigpiod controlar os pinos, com --driver pigpiod',
  ],
  ['a service has no current folder: write {path}', 'um serviço não tem pasta atual: escreva {path}'],
  [
    '{path} is a temporary file, which a service does not see: move it',
    '{path} é um arquivo temporário, que um serviço não vê: mude-o de lugar',
  ],
  [
    'the user {user} cannot read {path}, as {barrier} is closed to it: {~remedy}',
    'o usuário {user} não pode ler {path}, porque não tem acesso a {barrier}: {remedy}',
  ],
  [
    '{~remedy}, or let the service run as its owner, with --user',
    '{remedy}, ou rode o serviço como o dono dele, com --user',
  ],
  [
    'install Node for the whole machine, as docs/install.md shows',
    'instale o Node para a máquina toda, como mostra docs/install.md',
  ],
  [
    'move it, as to /etc/pinhub, or change its permissions',
    'mude-o de lugar, para /etc/pinhub, por exemplo, ou mude as permissões dele',
  ],
  [
    'the user {user} cannot write to {path}: make it the owner of that folder, or leave --data out',
    'o usuário {user} não pode escrever em {path}: faça dele o dono dessa pasta ou tire --data',
  ],
];
