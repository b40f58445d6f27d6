const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** A number as it is written in decimals: a bigint where it is whole and a number would round it. */
export function exactNumber(text: string): number | bigint {
  const number = Number(text);
  if (!Number.isFinite(number) || !Number.isInteger(number) || Number.isSafeInteger(number)) return number;
  const exact = wholeOf(text);
  if (exact === null) return number;
  const isWrittenOut = !/e/i.test(text);
  return isWrittenOut || wholeOf(String(number)) !== exact ? exact : number;
}

/** Null where there is a fraction. */
function wholeOf(text: string): bigint | null {
  const [, sign, whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  const digits = whole + fraction;
  const shift = Number(exponent) - fraction.length;
  const kept = shift < 0 ? digits.slice(0, shift) : digits + "0".repeat(shift);
  if (shift < 0 && /[1-9]/.test(digits.slice(shift))) return null;
  return BigInt(sign === "-" ? -1 : 1) * BigInt(kept);
}
