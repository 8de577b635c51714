function draw(element, { device, signal }) {
  element.append('half drawn');
  signal.addEventListener('abort', () => document.body.setAttribute('data-aborted', device.topic));
  device.watch('on/actual', (text) => {
    if (text === 'true') throw new Error('heard in vain');
  });
}

export default Object.assign(draw, { width: 200, height: 60, draw });
