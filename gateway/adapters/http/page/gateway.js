/** Without a sign of life for this long the gateway counts as lost. It speaks at least every two seconds. */
const SILENT_MAX_MS = 4_500;
/** How often the page looks whether the gateway still speaks. */
const LOOK_MS = 250;
const RETRY_MS = 1_500;
const ANSWER_MAX_MS = 8_000;
/** One event is at most this long; a longer rest is not from our gateway. */
const REST_MAX_CHARS = 1_000_000;

export class Refused extends Error {
  constructor(status, body) {
    super(body?.error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The gateway as this page knows it: questions, and the stream that says what happens. */
export class Gateway {
  #token;
  #heardAt = 0;
  #stream = null;
  #stopped = false;

  constructor(token) {
    this.#token = token;
  }

  /** Throws `Refused` for an answer that is no success, another error when there is none. */
  async ask(path, body) {
    const response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...this.#headers(), ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MAX_MS),
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  }

  /** Follows the stream until `stop`. `connected` is called whenever it begins anew, `lost` when it ends or falls silent. */
  async follow({ connected, happened, lost, refused }) {
    while (!this.#stopped) {
      try {
        await this.#listen(connected, happened);
      } catch (error) {
        if (error instanceof Refused && (error.status === 401 || error.status === 403)) return refused(error);
      }
      if (this.#stopped) return;
      lost();
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
  }

  stop() {
    this.#stopped = true;
    this.#stream?.abort();
  }

  async #listen(connected, happened) {
    this.#stream = new AbortController();
    this.#heardAt = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENT_MAX_MS) this.#stream.abort();
    }, LOOK_MS);
    try {
      const { signal } = this.#stream;
      const response = await fetch("/api/stream", { headers: this.#headers(), cache: "no-store", signal });
      if (!response.ok) throw new Refused(response.status, await response.json().catch(() => null));
      connected();
      await this.#read(response.body.pipeThrough(new TextDecoderStream()).getReader(), happened);
    } finally {
      clearInterval(watch);
      this.#stream.abort();
    }
  }

  async #read(reader, happened) {
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#heardAt = performance.now();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      if (rest.length > REST_MAX_CHARS) return;
      for (const block of blocks) {
        const data = block.split("\n").find((line) => line.startsWith("data: "));
        if (data) happened(JSON.parse(data.slice("data: ".length)));
      }
    }
  }

  #headers() {
    return { authorization: `Bearer ${this.#token}` };
  }
}
