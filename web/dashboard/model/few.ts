/** With up to so many devices each is shown as an open card, and nothing but the cards. */
export const FEW = 4;
