/** Halves, as onnxruntime and NumPy store them: 16 bits of IEEE 754 in a Uint16Array. */

function toNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}

export const fromHalves = (data: Uint16Array): Float32Array => new Float32Array(data).map(toNumber);
