const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** Parses a decimal number. Returns a bigint if the number is whole and a JavaScript number would round it. */
export function parseExactNumber(text: string): number | bigint {
  const number = Number(text);
  if (!Number.isFinite(number) || !Number.isInteger(number) || Number.isSafeInteger(number)) return number;
  const exact = parseWhole(text);
  if (exact === null) return number;
  const isWrittenOut = !/e/i.test(text);
  return isWrittenOut || parseWhole(String(number)) !== exact ? exact : number;
}

/** Parses a whole number exactly. Returns null if it has a fraction. */
function parseWhole(text: string): bigint | null {
  const [, sign, whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  const digits = whole + fraction;
  const shift = Number(exponent) - fraction.length;
  const wholeDigits = shift < 0 ? digits.slice(0, shift) : digits + "0".repeat(shift);
  if (shift < 0 && /[1-9]/.test(digits.slice(shift))) return null;
  return BigInt(sign === "-" ? -1 : 1) * BigInt(wholeDigits);
}
