export const card = () => undefined;
