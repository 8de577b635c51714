import { describe, expect, it } from 'vitest';
import { createSearch } from '../../../web/docs/search.ts';

const passage = (id: string, title: string, text: string) => ({ id, page: 'Page', title, text });
const search = createSearch([
  passage('share', 'Names, passwords, tokens', 'A user logs in with a password.'),
  passage('mqtt', 'MQTT', 'The hub speaks it on port 1883.'),
  passage('start', 'Comece', 'Dê uma senha a cada pessoa.'),
  passage('topics', 'Topics', 'The topic led/21/duty is one; the LED on GPIO 21 has others.'),
  passage('steps', 'Steps', 'A duty cycle has 21 of them.'),
]);
const found = (words: string) =>
  search(words)
    .map(({ id }) => id)
    .sort();

describe('a search of the documentation', () => {
  it('finds a Portuguese word in its own page, and in English ones', () => {
    expect(found('senha')).toEqual(['share', 'start']);
    expect(found('Tópico')).toEqual(['topics']);
  });

  it('finds passages with all words only, in whatever language each is', () => {
    expect(found('MQTT porta')).toEqual(['mqtt']);
    expect(found('porta senha')).toEqual([]);
  });

  it('takes the levels of a topic as words that must all be there', () => {
    expect(found('led/21/duty')).toEqual(['topics']);
  });

  it('shows the README first among equals', () => {
    const equals = ['wiring.html', 'start.html', 'topics.html'].map((id) =>
      passage(id, 'Light', 'An LED shines.'),
    );
    expect(createSearch(equals)('led')[0]?.id).toBe('start.html');
  });

  it('marks the word that is there', () => {
    const [hit] = search('porta');
    expect(hit?.excerpt.found).toBe('port');
  });
});
