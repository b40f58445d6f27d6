/** Parses JSON that a person is typing and that is invalid most of the time. No text makes it throw. */
import { parseExactNumber } from "./exact-number";
import { getLineAndColumn, type Place } from "./json-places";

/** Where and why a text is invalid JSON. Line and column count from 1. */
export type JsonProblem = Place & { offset: number; why: string };

export type JsonReading = { value: unknown; problem: null } | { value: undefined; problem: JsonProblem };

/** `places` maps a dotted path (`payload_schema.city.type`) to the offset of that key or list item. */
export type PlacedReading = JsonReading & { places: ReadonlyMap<string, number> };

const SPACE = /[ \t\n\r]*/y;
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
const INVISIBLE = /[\p{Z}\p{C}]/u;
const MAX_DEPTH = 500;

/** Parses like JSON.parse, but keeps large integers exact and refuses repeated keys. Messages are the same in all browsers. */
export function readJson(text: string): JsonReading {
  return runReader(new Reader(text));
}

/** Parses and also returns the places of keys and items. They are complete up to the point where the text is invalid. */
export function readPlacedJson(text: string): PlacedReading {
  const places = new Map<string, number>();
  return { ...runReader(new Reader(text, places)), places };
}

/** Formats a problem as "Line 2, column 11: a value is expected, not m". */
export function formatJsonProblem({ line, column, why }: JsonProblem): string {
  return `Line ${line}, column ${column}: ${why}`;
}

function runReader(reader: Reader): JsonReading {
  try {
    return { value: reader.readWhole(), problem: null };
  } catch (error) {
    if (error instanceof JsonReadError) return { value: undefined, problem: error.problem };
    throw error;
  }
}

/** Thrown to end the parsing. It never leaves this module. */
class JsonReadError extends Error {
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

  readWhole(): unknown {
    const value = this.readValue("", 0);
    if (this.peek() !== "") throw this.makeError("there is more text after the end of the value");
    return value;
  }

  private readValue(path: string, depth: number): unknown {
    const first = this.peek();
    if (depth > MAX_DEPTH) throw this.makeError("it is nested too deeply");
    if (first === "{") return this.readObject(path, depth);
    if (first === "[") return this.readList(path, depth);
    if (first === '"') return this.readString();
    const number = this.consume(NUMBER);
    if (number) return this.number(number);
    const word = this.consume(WORD);
    if (word) return JSON.parse(word[0]) as unknown;
    throw this.makeError(`a value is expected, not ${this.describeNext()}`);
  }

  private readObject(path: string, depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.readMembers("}", () => {
      if (this.peek() !== '"') throw this.makeError(`a key in double quotes is expected, not ${this.describeNext()}`);
      const start = this.at;
      const key = this.readString();
      if (entries.has(key)) throw this.makeError(`the key "${key}" stands there twice`, start);
      const here = joinPath(path, key);
      this.places?.set(here, start);
      if (this.peek() !== ":") throw this.makeError(`a colon is expected after the key "${key}", not ${this.describeNext()}`);
      this.at += 1;
      entries.set(key, this.readValue(here, depth + 1));
    });
    return Object.fromEntries(entries);
  }

  private readList(path: string, depth: number): unknown[] {
    const items: unknown[] = [];
    this.readMembers("]", () => {
      const here = joinPath(path, items.length);
      this.peek();
      this.places?.set(here, this.at);
      items.push(this.readValue(here, depth + 1));
    });
    return items;
  }

  /** Reads members separated by commas, from the opening bracket to the closing one. */
  private readMembers(close: "}" | "]", readOne: () => void): void {
    this.at += 1;
    if (this.peek() === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      readOne();
      const next = this.peek();
      if (next !== "," && next !== close) throw this.makeError(`a comma or ${close} is expected, not ${this.describeNext()}`);
      this.at += 1;
      if (next === close) return;
      if (this.peek() === close) throw this.makeError(`there is a comma too many before ${close}`);
    }
  }

  private readString(): string {
    const start = this.at;
    this.at += 1;
    for (;;) {
      this.consume(PLAIN_TEXT);
      const next = this.text.charAt(this.at);
      if (next === '"') break;
      const ends = next === "" || next === "\n" || next === "\r" || (next === "\\" && this.at + 1 === this.text.length);
      if (ends) throw this.makeError("this text in quotes does not end", start);
      if (next !== "\\") throw this.makeError(`${describeCharacter(next)} must be escaped in quotes`);
      if (!this.consume(ESCAPE)) throw this.makeError("a backslash in quotes must be written twice, or begin an escape such as \\n");
    }
    this.at += 1;
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private number([digits]: RegExpExecArray): number | bigint {
    const number = parseExactNumber(digits);
    if (typeof number === "number" && !Number.isFinite(number)) throw this.makeError("this number is too large", this.at - digits.length);
    return number;
  }

  /** Skips white space and returns the next character; empty at the end. */
  private peek(): string {
    this.consume(SPACE);
    return this.text.charAt(this.at);
  }

  private consume(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private describeNext(): string {
    const code = this.text.codePointAt(this.at);
    return code === undefined ? "the end" : describeCharacter(String.fromCodePoint(code));
  }

  private makeError(why: string, offset = this.at): JsonReadError {
    return new JsonReadError({ ...getLineAndColumn(this.text, offset), offset, why });
  }
}

function joinPath(path: string, step: string | number): string {
  return path === "" ? String(step) : `${path}.${step}`;
}

/** Returns the character, or its code point if it is invisible. */
function describeCharacter(character: string): string {
  if (!INVISIBLE.test(character)) return character;
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
