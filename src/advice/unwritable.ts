/** A file that a person wrote in a way that cannot be edited without changing more than was asked. The message is the reason, without full stop. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable';
}
