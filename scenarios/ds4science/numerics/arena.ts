/** Hands out single-precision arrays and keeps count of what is alive: the allocator of the tiled kernel. */
export class Arena {
  live = 0;
  peak = 0;
  /** Bytes of the largest array ever handed out. */
  largest = 0;

  /** An array of `length` zeros. */
  take(length: number): Float32Array {
    const array = new Float32Array(length);
    this.live += array.byteLength;
    this.peak = Math.max(this.peak, this.live);
    this.largest = Math.max(this.largest, array.byteLength);
    return array;
  }

  /** Gives an array back; it must not be used any more. */
  give(array: Float32Array): void {
    this.live -= array.byteLength;
  }
}
