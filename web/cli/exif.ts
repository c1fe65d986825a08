/** The way to show a picture, 1 to 8, from the TIFF that is its Exif; 1, as it lies, where none is given. */
export function orientation(exif: Uint8Array | undefined): number {
  if (!exif) return 1;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const start = view.getUint32(4, little);
    const entries = view.getUint16(start, little);
    for (let at = start + 2; at < start + 2 + 12 * entries; at += 12) {
      if (view.getUint16(at, little) !== 0x112) continue;
      const isShort = view.getUint16(at + 2, little) === 3 && view.getUint32(at + 4, little) === 1;
      const way = view.getUint16(at + 8, little);
      return isShort && way >= 1 && way <= 8 ? way : 1;
    }
  } catch (error) {
    // Exif that points outside itself says nothing; the picture may be whole.
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}
