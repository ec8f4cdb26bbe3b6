import type { Terms } from '../src/run/property.js';

/** Directed cases that several laws ask of one target are drawn once. */
export function shared<T>(make: (terms: Terms) => T): (terms: Terms) => T {
  const made = new WeakMap<Terms, { readonly value: T }>();
  return (terms) => {
    let known = made.get(terms);
    if (!known) made.set(terms, (known = { value: make(terms) }));
    return known.value;
  };
}
