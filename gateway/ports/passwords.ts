/** Turns people's passwords into what may be kept, away from the main thread. */
export interface Passwords {
  /** A text that says how it was made. Throws `too-many` while too many wait. */
  hash(password: string): Promise<string>;
  /** Throws `too-many` while too many wait. */
  verify(hash: string, password: string): Promise<boolean>;
}
