/** What is wrong with a text that should be JSON, and in which line (from 1). */
export class JsonError extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`Line ${line}: ${problem}`);
    this.name = "JsonError";
    this.line = line;
  }
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
const DEEPEST = 500;

/** As JSON.parse, but exact with large integers, and its errors are the same sentences in every browser. */
export function readJson(text: string): unknown {
  return new Reader(text).whole();
}

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): unknown {
    const value = this.value(0);
    if (this.next() !== "") throw this.error("there is more text after the end of the value");
    return value;
  }

  private value(depth: number): unknown {
    const first = this.next();
    if (depth > DEEPEST) throw this.error("it is nested too deeply");
    if (first === "{") return this.object(depth);
    if (first === "[") return this.list(depth);
    if (first === '"') return this.string();
    const number = this.take(NUMBER);
    if (number) return this.number(number);
    const word = this.take(WORD);
    if (word) return JSON.parse(word[0]) as unknown;
    throw this.error(`a value is expected, not ${this.found()}`);
  }

  private object(depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.members("}", () => {
      if (this.next() !== '"') throw this.error(`a key in double quotes is expected, not ${this.found()}`);
      const key = this.string();
      if (entries.has(key)) throw this.error(`the key "${key}" stands there twice`);
      if (this.next() !== ":") throw this.error(`a colon is expected after the key "${key}", not ${this.found()}`);
      this.at += 1;
      entries.set(key, this.value(depth + 1));
    });
    return Object.fromEntries(entries);
  }

  private list(depth: number): unknown[] {
    const items: unknown[] = [];
    this.members("]", () => items.push(this.value(depth + 1)));
    return items;
  }

  /** From the opening bracket to the closing one. */
  private members(close: "}" | "]", readOne: () => void): void {
    this.at += 1;
    if (this.next() === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      readOne();
      const mark = this.next();
      if (mark !== "," && mark !== close) throw this.error(`a comma or ${close} is expected, not ${this.found()}`);
      this.at += 1;
      if (mark === close) return;
      if (this.next() === close) throw this.error(`there is a comma too many before ${close}`);
    }
  }

  private string(): string {
    const quoted = this.take(STRING);
    if (!quoted) throw this.error("this text in quotes does not end, or holds a character that must be escaped");
    return JSON.parse(quoted[0]) as string;
  }

  private number([digits, fraction, exponent]: RegExpExecArray): number | bigint {
    const number = Number(digits);
    if (!Number.isFinite(number)) throw this.error("this number is too large");
    const whole = fraction === undefined && exponent === undefined;
    return whole && !Number.isSafeInteger(number) ? BigInt(digits) : number;
  }

  /** The next character that counts; empty at the end. */
  private next(): string {
    this.take(SPACE);
    return this.text.charAt(this.at);
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private found(): string {
    return this.at >= this.text.length ? "the end" : this.text.charAt(this.at);
  }

  private error(problem: string): JsonError {
    return new JsonError(this.text.slice(0, this.at).split("\n").length, problem);
  }
}
