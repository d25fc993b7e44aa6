/** What a command may touch of its process. `main.ts` makes the real one, tests make their own. */
export type Io = {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isTty: boolean;
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Asks a yes-or-no question on the terminal. */
  readonly ask: (question: string) => Promise<boolean>;
};
