/** What is wrong now with one thing we do: told when it is another than before, and when it is well again. */
export class Trouble {
  readonly #onProblem: (problem: Error | null) => void;
  #message = "";

  constructor(onProblem: (problem: Error | null) => void) {
    this.#onProblem = onProblem;
  }

  /** @param problem null: all is well */
  tell(problem: Error | null): void {
    const message = problem?.message ?? "";
    if (message === this.#message) return;
    this.#message = message;
    this.#onProblem(problem);
  }
}
