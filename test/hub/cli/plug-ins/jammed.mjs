// A plug-in whose store cannot be opened.
export default {
  name: 'jammed',
  async openStore() {
    throw new Error('the drawer is jammed');
  },
};
