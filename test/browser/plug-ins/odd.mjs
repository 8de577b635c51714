// Kinds that behave like a relay, each with modules that fail in a different way.
import plugin from '../../../examples/plugin-relay/relay.mjs';

const [relay] = plugin.kinds;
const odd = (kind, file) => {
  const module = new URL(file, import.meta.url);
  return { ...relay, kind, card: module, part: module };
};

export default {
  name: 'odd',
  kinds: [
    odd('thrower', './throws.js'),
    odd('listener', './throws-later.js'),
    odd('damaged', './damaged.js.txt'),
    odd('empty', './exports-nothing.js'),
  ],
};
