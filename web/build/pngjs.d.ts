/** What we use of pngjs, which brings no types. */
declare module "pngjs" {
  interface Pixels {
    width: number;
    height: number;
    /** RGBA, row by row. */
    data: Buffer;
  }
  export class PNG implements Pixels {
    constructor(size: { width: number; height: number });
    width: number;
    height: number;
    data: Buffer;
    static sync: { read(bytes: Uint8Array): PNG; write(png: Pixels, options?: object): Buffer };
  }
}
