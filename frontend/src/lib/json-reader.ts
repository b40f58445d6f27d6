/** Reads a person's JSON, which is unfinished most of the time: no text makes it throw. */
import { exactNumber } from "./exact-number";
import { lineAndColumn, type Place } from "./json-places";

/** Where a text stops being JSON, and why; line and column count from 1. */
export type JsonProblem = Place & { offset: number; why: string };

export type JsonReading = { value: unknown; problem: null } | { value: undefined; problem: JsonProblem };

/** `places`: dotted path (`payload_schema.city.type`) to the offset of that key, or of that item of a list. */
export type PlacedReading = JsonReading & { places: ReadonlyMap<string, number> };

const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
const INVISIBLE = /[\p{Z}\p{C}]/u;
const MAX_DEPTH = 500;

/** As JSON.parse, but exact with large integers, strict about repeated keys, and with the same sentences in every browser. */
export function readJson(text: string): JsonReading {
  return readWith(new Reader(text));
}

/** The places that were passed are known also where the rest of the text cannot be read. */
export function readPlacedJson(text: string): PlacedReading {
  const places = new Map<string, number>();
  return { ...readWith(new Reader(text, places)), places };
}

/** "Line 2, column 11: a value is expected, not m" */
export function problemSentence({ line, column, why }: JsonProblem): string {
  return `Line ${line}, column ${column}: ${why}`;
}

function readWith(reader: Reader): JsonReading {
  try {
    return { value: reader.whole(), problem: null };
  } catch (error) {
    if (error instanceof Unreadable) return { value: undefined, problem: error.problem };
    throw error;
  }
}

/** Ends the reading; never leaves this module. */
class Unreadable extends Error {
  readonly problem: JsonProblem;

  constructor(problem: JsonProblem) {
    super(problem.why);
    this.problem = problem;
  }
}

class Reader {
  private at = 0;
  private readonly text: string;
  private readonly places: Map<string, number> | undefined;

  constructor(text: string, places?: Map<string, number>) {
    this.text = text;
    this.places = places;
  }

  whole(): unknown {
    const value = this.value("", 0);
    if (this.next() !== "") throw this.error("there is more text after the end of the value");
    return value;
  }

  private value(path: string, depth: number): unknown {
    const first = this.next();
    if (depth > MAX_DEPTH) throw this.error("it is nested too deeply");
    if (first === "{") return this.object(path, depth);
    if (first === "[") return this.list(path, depth);
    if (first === '"') return this.string();
    const number = this.take(NUMBER);
    if (number) return this.number(number);
    const word = this.take(WORD);
    if (word) return JSON.parse(word[0]) as unknown;
    throw this.error(`a value is expected, not ${this.found()}`);
  }

  private object(path: string, depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.members("}", () => {
      if (this.next() !== '"') throw this.error(`a key in double quotes is expected, not ${this.found()}`);
      const start = this.at;
      const key = this.string();
      if (entries.has(key)) throw this.error(`the key "${key}" stands there twice`, start);
      const here = below(path, key);
      this.places?.set(here, start);
      if (this.next() !== ":") throw this.error(`a colon is expected after the key "${key}", not ${this.found()}`);
      this.at += 1;
      entries.set(key, this.value(here, depth + 1));
    });
    return Object.fromEntries(entries);
  }

  private list(path: string, depth: number): unknown[] {
    const items: unknown[] = [];
    this.members("]", () => {
      const here = below(path, items.length);
      this.next();
      this.places?.set(here, this.at);
      items.push(this.value(here, depth + 1));
    });
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
    const start = this.at;
    this.at += 1;
    for (;;) {
      this.take(PLAIN);
      const mark = this.text.charAt(this.at);
      if (mark === '"') break;
      const ends = mark === "" || mark === "\n" || mark === "\r" || (mark === "\\" && this.at + 1 === this.text.length);
      if (ends) throw this.error("this text in quotes does not end", start);
      if (mark !== "\\") throw this.error(`${nameOf(mark)} must be escaped in quotes`);
      if (!this.take(ESCAPE)) throw this.error("a backslash in quotes must be written twice, or begin an escape such as \\n");
    }
    this.at += 1;
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private number([digits]: RegExpExecArray): number | bigint {
    const number = exactNumber(digits);
    if (typeof number === "number" && !Number.isFinite(number)) throw this.error("this number is too large", this.at - digits.length);
    return number;
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
    const code = this.text.codePointAt(this.at);
    return code === undefined ? "the end" : nameOf(String.fromCodePoint(code));
  }

  private error(why: string, offset = this.at): Unreadable {
    return new Unreadable({ ...lineAndColumn(this.text, offset), offset, why });
  }
}

function below(path: string, step: string | number): string {
  return path === "" ? String(step) : `${path}.${step}`;
}

/** Itself, unless it cannot be seen: then its number. */
function nameOf(character: string): string {
  if (!INVISIBLE.test(character)) return character;
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
