// The card of a relay on the dashboard. It is one file: what it imports would not be served.
const WORDS = {
  en: { name: 'Contact', closed: 'Closed', open: 'Open' },
  'pt-BR': { name: 'Contato', closed: 'Fechado', open: 'Aberto' },
};

/** Draws the card of `device` in an empty element. */
export default function drawRelay(element, { device, language }) {
  const say = WORDS[language] ?? WORDS.en;
  const contact = document.createElement('button');
  contact.type = 'button';
  contact.role = 'switch';
  contact.ariaLabel = say.name;
  contact.style.cssText =
    'inline-size: 100%; min-block-size: 3.5rem; border: 0; border-radius: 12px; font: inherit; color: var(--ink);';
  element.append(contact);

  let isClosed = false;
  contact.addEventListener('click', () => device.publish('on', String(!isClosed)));
  device.watch('on/actual', (text) => {
    isClosed = text === 'true';
    contact.ariaChecked = String(isClosed);
    contact.textContent = isClosed ? say.closed : say.open;
    contact.style.background = isClosed ? 'var(--light)' : 'var(--well)';
  });
  device.watchPermission('on', (mayPublish) => {
    contact.disabled = !mayPublish;
  });
}
