import { beforeAll, describe, expect, test } from 'vitest';
import { anchors, broken, type Made, make, read } from './book.made.js';

let made: Made;
beforeAll(() => {
  made = make();
});

const doubled = (text: string): string[] => {
  const all = anchors(text);
  return all.filter((id, i) => all.indexOf(id) !== i);
};

describe('links of the book', () => {
  test('every one leads to a page and an anchor that are there', () => {
    const links = [...made.files.values()].join('').match(/\shref="[^"]*#/g)!;
    expect(links.length).toBeGreaterThan(5000);
    expect(
      broken(
        made.files,
        [...read().plots.keys()].map((file) => `claims/${file}`),
      ),
    ).toEqual([]);
  });

  test('every one in the single file leads to an anchor of its own', () => {
    expect(made.book.match(/\shref="(?!#|https?:|data:)[^"]*"/g)).toBe(null);
    expect(broken(new Map([['book.html', made.book]]))).toEqual([]);
  });

  test('no anchor stands twice', () => {
    expect([...made.files].flatMap(([name, text]) => doubled(text).map((id) => `${name}: ${id}`))).toEqual([]);
    expect(doubled(made.book)).toEqual([]);
  });

  test('a page, an anchor or a picture that is not there is found', () => {
    const planted = new Map([
      ['a.html', '<p id="x"><a href="b.html#y"></a><a href="#z"></a><a href="c.html"></a><img src="d.svg"></p>'],
      ['b.html', '<a href="a.html#x"></a><a href="https://example.org/nowhere"></a>'],
    ]);
    expect(broken(planted)).toEqual(['a.html: b.html#y', 'a.html: #z', 'a.html: c.html', 'a.html: d.svg']);
    expect(doubled('<p id="x"></p><p id="x"></p>')).toEqual(['x']);
    const [name, text] = [...made.files].find(([file]) => file === 'spec-forward.html')!;
    const spoiled = text.replace('symbols.html#symbol-m"', 'symbols.html#symbol-mm"');
    const beside = [...read().plots.keys()].map((file) => `claims/${file}`);
    expect(broken(new Map([...made.files, [name, spoiled]]), beside)).toHaveLength(1);
  });

  test('no text is cut, and none has signs that are not seen', () => {
    for (const text of [...made.files.values(), made.book]) expect(text).not.toMatch(/#xA|more characters\)/);
  });

  test('nothing is loaded from elsewhere, nothing runs', () => {
    for (const text of [...made.files.values(), made.book]) {
      expect(text).not.toMatch(/<script|<iframe|@import|url\(|\son\w+="/);
      expect(text).not.toMatch(/<(?:link|img)[^>]*(?:href|src)="(?:https?:)?\/\//);
    }
  });
});
