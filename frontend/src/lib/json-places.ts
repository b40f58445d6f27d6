/** Where things stand in a JSON text that can be read. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+|[{}[\],:]/g;

/** Dotted path (`payload_schema.city.type`) to the offset of the key there, or of the item of a list. */
export function placesIn(text: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const levels: Level[] = [];
  for (const { 0: token, index: at } of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "}" || token === "]") levels.pop();
    else if (token === ",") level?.next();
    else if (token === ":") level?.expectValue();
    else if (level?.expectsKey) places.set(level.name(JSON.parse(token) as string), at);
    else {
      if (level?.isList) places.set(level.path(), at);
      if (token === "{" || token === "[") levels.push(new Level(level?.path() ?? "", token === "["));
    }
  }
  return places;
}

/** The offset of a path, or of the nearest thing around it that is there. */
export function placeOf(places: ReadonlyMap<string, number>, path: string): number {
  for (let known = path; known !== ""; known = known.slice(0, Math.max(known.lastIndexOf("."), 0))) {
    const at = places.get(known);
    if (at !== undefined) return at;
  }
  return 0;
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** An object or list that has been opened and not yet closed. */
class Level {
  readonly isList: boolean;
  expectsKey: boolean;
  private readonly parent: string;
  private step: string | number;

  constructor(parent: string, isList: boolean) {
    this.parent = parent;
    this.isList = isList;
    this.expectsKey = !isList;
    this.step = isList ? 0 : "";
  }

  name(key: string): string {
    this.step = key;
    return this.path();
  }

  expectValue(): void {
    this.expectsKey = false;
  }

  next(): void {
    if (typeof this.step === "number") this.step += 1;
    else this.expectsKey = true;
  }

  path(): string {
    return this.parent === "" ? String(this.step) : `${this.parent}.${this.step}`;
  }
}
