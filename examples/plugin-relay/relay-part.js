// The relay beside the simulator's breadboard: a blue box, its wires, and a lamp that shows whether it has switched.
const [WIDTH, HEIGHT] = [150, 90];

export default {
  width: WIDTH,
  height: HEIGHT,
  /** Three wires from the header to the left side of the box. */
  leads: (gpio) => [
    { from: 'ground', to: { x: 0, y: 20 } },
    { from: '5v', to: { x: 0, y: 45 } },
    { from: { gpio: Number(gpio) }, to: { x: 0, y: 70 }, color: '#f47b00' },
  ],
  draw(element, { device }) {
    element.innerHTML = `
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
        <rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#14418b" />
        <rect x="40" y="14" width="96" height="62" rx="3" fill="#2f6fd6" />
        <circle cx="22" cy="45" r="7" />
      </svg>`;
    const picture = element.querySelector('svg');
    const lamp = element.querySelector('circle');
    device.watch('on/actual', (text) => {
      lamp.setAttribute('fill', text === 'true' ? '#ff5a4a' : '#4b0f0c');
      picture.setAttribute('aria-label', `${device.topic}: ${text === 'true' ? 'on' : 'off'}`);
    });
  },
};
