/** An argument that does not fit the others. `argument` names it. */
export class ArgumentError extends RangeError {
  override readonly name = 'ArgumentError';
  readonly argument: string;

  constructor(argument: string, why: string) {
    super(`${argument}: ${why}`);
    this.argument = argument;
  }
}
