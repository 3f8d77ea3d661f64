/** One line for each event: what, where, what to do. Never personal data. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Counters and gauges for `/metrics`. Names are `okc_…`, in the form Prometheus wants. */
export interface Meter {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  /** Seconds, into a histogram. */
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}
