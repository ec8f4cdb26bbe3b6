/** Thrown by a law's `ask` where a drawn case cannot be asked: a shifted value off the grid, say. The case is drawn anew. */
export class Unfit extends Error {
  override name = 'Unfit';
}
